internal import CDeflate

/// Undoes the zlib compression of MariaDB's compressed events and columns. Owns a libdeflate decompressor; confined to
/// one thread.
final class Inflater {
    private let decompressor: OpaquePointer
    /// What one compressed byte can become at most: deflate's 1032, rounded up. A larger claim is not believed, so
    /// that a length field allocates nothing that the event's own size does not warrant.
    private static let greatestRatio = 1040

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
        let start = body.offset
        let first = try body.read(UInt8.self)
        let lengthSize = Int(first & 0x07)
        guard first & 0xF0 == 0x80, (1...4).contains(lengthSize) else { throw .invalid(.compression, at: start) }
        var output: [UInt8] = []
        try inflate(&body, to: try body.readBigEndian(byteCount: lengthSize), isRaw: false, appendingTo: &output)
        return output
    }

    /// Appends a compressed column's value (`Field_longstr::uncompress` in MariaDB's field_comp.cc): a first byte of 0
    /// means that it was stored as it is, 8 in the high half that it is deflated, with a zlib wrapper unless bit 3 is
    /// set, to a length whose size is in bits 0 to 2. Nothing at all is the empty string.
    func inflateColumn(_ value: inout ByteCursor, appendingTo output: inout [UInt8]) throws(DecodeError) {
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
        try inflate(&value, to: length, isRaw: first & 0x08 != 0, appendingTo: &output)
    }

    /// Appends exactly `length` bytes, made of all that is left of `input`.
    private func inflate(
        _ input: inout ByteCursor, to length: UInt64, isRaw: Bool, appendingTo output: inout [UInt8]
    ) throws(DecodeError) {
        let start = input.offset
        let count = input.remaining
        try input.skip(count)
        guard length > 0, length <= UInt64(count) * UInt64(Self.greatestRatio) else {
            throw .invalid(.compression, at: start)
        }
        let decompressor = decompressor
        let inflated = [UInt8](unsafeUninitializedCapacity: Int(length)) { buffer, filled in
            let result = input.bytes.extracting(start..<start + count).withUnsafeBytes { bytes in
                var written = 0
                // SAFETY: libdeflate reads `count` bytes and writes at most `length`, the sizes of the two buffers.
                let result =
                    isRaw
                    ? libdeflate_deflate_decompress(
                        decompressor, bytes.baseAddress, count, buffer.baseAddress, Int(length), &written)
                    : libdeflate_zlib_decompress(
                        decompressor, bytes.baseAddress, count, buffer.baseAddress, Int(length), &written)
                filled = written
                return result
            }
            if result != LIBDEFLATE_SUCCESS { filled = 0 }
        }
        guard inflated.count == Int(length) else { throw .invalid(.compression, at: start) }
        output.append(contentsOf: inflated)
    }
}
