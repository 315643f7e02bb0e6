internal import CDeflate

/// Undoes the zlib compression of MariaDB's compressed events and columns. Owns a libdeflate decompressor; confined to
/// one thread.
final class Inflater {
    private let decompressor: OpaquePointer
    /// What one compressed byte can become at most: deflate's 1032, rounded up. A larger claim is not believed, so
    /// that a length field allocates nothing that the event's own size does not warrant.
    private static let greatestRatio = 1040
    private static let largeByteCount = 1 << 20
    /// What an event or a value can hold: servers make no statement larger (`MAX_MAX_ALLOWED_PACKET`).
    private static let greatestByteCount = 1 << 30
    /// What the values of a row can hold together, before it was changed and after.
    private static let greatestRowByteCount = 2 << 30

    init() {
        guard let decompressor = libdeflate_alloc_decompressor() else {
            preconditionFailure("no memory for a decompressor of 32 KiB")
        }
        self.decompressor = decompressor
    }

    deinit {
        libdeflate_free_decompressor(decompressor)
    }

    /// The content of a compressed event from here to the end of `body` (`binlog_buf_uncompress` in MariaDB's
    /// log_event.cc): 0x80 | bytes of the length (algorithm 0, zlib, in bits 4 to 6), the length in big endian, data.
    func inflateEvent(_ body: inout ByteCursor) throws(DecodeError) -> [UInt8] {
        let length = try Self.readEventLength(&body)
        var output: [UInt8] = []
        try inflate(&body, to: length, isRaw: false, appendingTo: &output, sparing: 0)
        return output
    }

    /// How many bytes ``inflateEvent(_:)`` makes of `body`, if the event says the truth.
    static func eventLength(_ body: ByteCursor) throws(DecodeError) -> UInt64 {
        var body = body
        return try readEventLength(&body)
    }

    private static func readEventLength(_ body: inout ByteCursor) throws(DecodeError) -> UInt64 {
        let start = body.offset
        let first = try body.read(UInt8.self)
        let lengthSize = Int(first & 0x07)
        guard first & 0xF0 == 0x80, (1...4).contains(lengthSize) else { throw .invalid(.compression, at: start) }
        return try body.readBigEndian(byteCount: lengthSize)
    }

    /// Appends a compressed column's value (`Field_longstr::uncompress` in MariaDB's field_comp.cc): a first byte of 0
    /// means that it was stored as it is, 8 in the high half that it is deflated, with a zlib wrapper unless bit 3 is
    /// set, to a length whose size is in bits 0 to 2. Nothing at all is the empty string.
    ///
    /// Behind a large value `output` has room for `spareCount` bytes more, to be appended without it being copied.
    func inflateColumn(
        _ value: inout ByteCursor, appendingTo output: inout [UInt8], sparing spareCount: Int
    ) throws(DecodeError) {
        guard value.remaining > 0 else { return }
        let start = value.offset
        let first = try value.read(UInt8.self)
        if first == 0 {
            let count = value.remaining
            output.append(contentsOf: value.copy(try value.skip(count), count))
            return
        }
        let lengthSize = Int(first & 0x07)
        guard first & 0xF0 == 0x80, (1...4).contains(lengthSize) else { throw .invalid(.compression, at: start) }
        let length = try value.readBigEndian(byteCount: lengthSize)
        try inflate(&value, to: length, isRaw: first & 0x08 != 0, appendingTo: &output, sparing: spareCount)
    }

    /// Appends exactly `length` bytes, made of all that is left of `input`.
    private func inflate(
        _ input: inout ByteCursor, to length: UInt64, isRaw: Bool, appendingTo output: inout [UInt8],
        sparing spareCount: Int
    ) throws(DecodeError) {
        let start = input.offset
        let count = input.remaining
        try input.skip(count)
        guard length > 0, length <= UInt64(count) * UInt64(Self.greatestRatio), length <= Self.greatestByteCount,
            output.count + Int(length) <= Self.greatestRowByteCount
        else {
            throw .invalid(.compression, at: start)
        }
        // Taken in steps, so that it is what the data holds that takes memory, and not what is said of it.
        var capacity = min(Int(length), max(1 << 20, count * 16))
        while true {
            // Exactly, and not twice what was there before.
            if capacity >= Self.largeByteCount { output.reserveCapacity(output.count + capacity + spareCount) }
            let first = output.count
            let isAll = inflate(input.bytes.extracting(start..<start + count), capacity, isRaw: isRaw, to: &output)
            if isAll, output.count - first == Int(length) { return }
            output.removeSubrange(first...)
            guard !isAll, capacity < Int(length) else { throw .invalid(.compression, at: start) }
            capacity = min(Int(length), capacity * 8)
        }
    }

    /// Appends what `input` holds: nothing, and false, if that is more than `capacity` bytes; nothing if it is corrupt.
    private func inflate(_ input: RawSpan, _ capacity: Int, isRaw: Bool, to output: inout [UInt8]) -> Bool {
        var result = LIBDEFLATE_SUCCESS
        let decompressor = decompressor
        output.append(addingCapacity: capacity) { (room: inout OutputSpan<UInt8>) in
            room.withUnsafeMutableBufferPointer { buffer, filled in
                result = input.withUnsafeBytes { bytes in
                    // SAFETY: libdeflate reads and writes within the sizes of the two buffers.
                    isRaw
                        ? libdeflate_deflate_decompress(
                            decompressor, bytes.baseAddress, bytes.count, buffer.baseAddress, buffer.count, &filled)
                        : libdeflate_zlib_decompress(
                            decompressor, bytes.baseAddress, bytes.count, buffer.baseAddress, buffer.count, &filled)
                }
                if result != LIBDEFLATE_SUCCESS { filled = 0 }
            }
        }
        return result != LIBDEFLATE_INSUFFICIENT_SPACE
    }
}
