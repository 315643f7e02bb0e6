/// Reads forward through the bytes of one event, and never past their end: every read checks what is left and throws
/// ``DecodeError/truncated(at:need:have:)``. Integers are little endian unless a name says otherwise.
struct ByteCursor: ~Escapable {
    let bytes: RawSpan
    /// Where the next read begins, counted from the event's first byte.
    private(set) var offset: Int
    /// Right after the last byte that may be read.
    let end: Int

    @_lifetime(copy bytes)
    init(_ bytes: RawSpan) {
        self.bytes = bytes
        offset = 0
        end = bytes.byteCount
    }

    @_lifetime(copy bytes)
    private init(_ bytes: RawSpan, from offset: Int, to end: Int) {
        self.bytes = bytes
        self.offset = offset
        self.end = end
    }

    var remaining: Int { end &- offset }

    /// Throws unless `count` bytes are left.
    @inline(__always)
    func require(_ count: Int) throws(DecodeError) {
        guard count >= 0, count <= remaining else {
            throw .truncated(at: offset, need: count, have: remaining)
        }
    }

    /// Passes over `count` bytes and returns the offset of the first.
    @inline(__always) @discardableResult
    mutating func skip(_ count: Int) throws(DecodeError) -> Int {
        try require(count)
        let start = offset
        offset &+= count
        return start
    }

    /// A cursor over the next `count` bytes, which are passed over.
    @_lifetime(copy self)
    mutating func block(_ count: Int) throws(DecodeError) -> ByteCursor {
        let start = try skip(count)
        return ByteCursor(bytes, from: start, to: start &+ count)
    }

    /// Throws unless all bytes are read.
    func expectEnd() throws(DecodeError) {
        guard remaining == 0 else { throw .excess(at: offset, count: remaining) }
    }

    /// The integer at `offset`, which lies within `bytes`.
    @inline(__always)
    func load<Value: FixedWidthInteger & BitwiseCopyable>(_ type: Value.Type, at offset: Int) -> Value {
        assert(offset >= 0 && offset + MemoryLayout<Value>.size <= bytes.byteCount)
        // SAFETY: every caller has got `offset` from `skip` or after `require`, so the bytes are in bounds.
        return Value(littleEndian: bytes.unsafeLoadUnaligned(fromUncheckedByteOffset: offset, as: type))
    }

    @inline(__always)
    mutating func read<Value: FixedWidthInteger & BitwiseCopyable>(
        _ type: Value.Type
    ) throws(DecodeError) -> Value {
        load(type, at: try skip(MemoryLayout<Value>.size))
    }

    /// An unsigned integer of 1 to 8 bytes.
    @inline(__always)
    mutating func readUInt(byteCount: Int) throws(DecodeError) -> UInt64 {
        let start = try skip(byteCount)
        var value: UInt64 = 0
        for index in 0..<byteCount {
            value |= UInt64(load(UInt8.self, at: start &+ index)) &<< UInt64(8 &* index)
        }
        return value
    }

    /// An unsigned big-endian integer of 0 to 8 bytes.
    @inline(__always)
    mutating func readBigEndian(byteCount: Int) throws(DecodeError) -> UInt64 {
        let start = try skip(byteCount)
        var value: UInt64 = 0
        for index in 0..<byteCount {
            value = value &<< 8 | UInt64(load(UInt8.self, at: start &+ index))
        }
        return value
    }

    /// A length-encoded integer (`net_field_length_ll` in mysys/pack.c): below 251 itself; 252, 253, 254: 2, 3, 8
    /// bytes follow. 251 stands for NULL, which event headers never hold, and 255 for nothing.
    mutating func readPacked() throws(DecodeError) -> UInt64 {
        let start = offset
        switch try read(UInt8.self) {
        case let small where small < 251: return UInt64(small)
        case 252: return try readUInt(byteCount: 2)
        case 253: return try readUInt(byteCount: 3)
        case 254: return try readUInt(byteCount: 8)
        default: throw .invalid(.lengthPrefix, at: start)
        }
    }

    /// A length-encoded count of bytes that follow in the event: never more than are left.
    mutating func readPackedCount() throws(DecodeError) -> Int {
        let value = try readPacked()
        guard let count = Int(exactly: value), count <= remaining else {
            throw .truncated(at: offset, need: Int(clamping: value), have: remaining)
        }
        return count
    }

    /// A copy of the next `count` bytes.
    mutating func readBytes(_ count: Int) throws(DecodeError) -> [UInt8] {
        let start = try skip(count)
        return copy(start, count)
    }

    /// The next `count` bytes as a name, which servers store in UTF-8.
    mutating func readName(_ count: Int) throws(DecodeError) -> String {
        let start = offset
        guard let name = String(validating: try readBytes(count), as: UTF8.self) else {
            throw .invalid(.utf8, at: start)
        }
        return name
    }

    /// What is left.
    var span: Span<UInt8> {
        @_lifetime(copy self)
        get {
            // SAFETY: `offset` to `end` lie within `bytes`, and every bit pattern is a UInt8.
            Span(_bytes: bytes.extracting(offset..<end))
        }
    }

    /// Appends the bytes `range`, which lie within `bytes`.
    func append(_ range: Range<Int>, to array: inout [UInt8]) {
        bytes.extracting(range).withUnsafeBytes { array.append(contentsOf: $0) }
    }

    /// A copy of `count` bytes at `start`, which lie within `bytes`.
    func copy(_ start: Int, _ count: Int) -> [UInt8] {
        guard count > 0 else { return [] }
        return bytes.extracting(start..<start + count).withUnsafeBytes { Array($0) }
    }
}
