/// The type bytes of binary JSON (`JSONB_TYPE_…` in json_binary.cc).
enum BinaryJSONType: UInt8 {
    case smallObject = 0x00
    case largeObject = 0x01
    case smallArray = 0x02
    case largeArray = 0x03
    case literal = 0x04
    case int16 = 0x05
    case uint16 = 0x06
    case int32 = 0x07
    case uint32 = 0x08
    case int64 = 0x09
    case uint64 = 0x0A
    case double = 0x0B
    case string = 0x0C
    case opaque = 0x0F
}

/// What an honest document of its size may still have. See ``BinaryJSONText``.
struct BinaryJSONReader {
    private var values: Int
    private var bytes: Int

    init(byteCount: Int) {
        // Each value but the first has an entry of three bytes at least.
        values = byteCount / 3 + 1
        bytes = byteCount
    }

    mutating func countValue(at offset: Int) throws(ValueError) {
        guard values > 0 else { throw .malformedJSON(offset: offset) }
        values -= 1
    }

    /// Passes on what is printed, which nothing else may print too.
    mutating func take(_ range: Range<Int>) throws(ValueError) -> Range<Int> {
        guard range.count <= bytes else { throw .malformedJSON(offset: range.lowerBound) }
        bytes -= range.count
        return range
    }

    /// Where the bytes lie that follow their length at `offset`: 7 bits a byte, the lowest first, the last one without
    /// the high bit (`read_variable_length`).
    mutating func text(_ document: Span<UInt8>, at offset: Int) throws(ValueError) -> Range<Int> {
        var length = 0
        var next = offset
        while true {
            let byte = Int(try document.number(1, at: next))
            length |= (byte & 0x7F) << (7 * (next - offset))
            next += 1
            if byte & 0x80 == 0 { break }
            guard next - offset < 5 else { throw .malformedJSON(offset: offset) }
        }
        guard length <= document.count - next else { throw .malformedJSON(offset: offset) }
        return try take(next..<next + length)
    }
}

/// An object or array inside a document.
struct BinaryJSONContainer {
    let isObject: Bool
    let count: Int
    private let start: Int
    private let end: Int
    /// Bytes of a count, size or pointer.
    private let width: Int

    init(_ bytes: Span<UInt8>, type: UInt8, at offset: Int) throws(ValueError) {
        isObject = type == BinaryJSONType.smallObject.rawValue || type == BinaryJSONType.largeObject.rawValue
        let isLarge = type == BinaryJSONType.largeObject.rawValue || type == BinaryJSONType.largeArray.rawValue
        width = isLarge ? 4 : 2
        start = offset
        count = Int(try bytes.number(width, at: offset))
        let size = Int(try bytes.number(width, at: offset + width))
        let keyEntry = isObject ? width + 2 : 0
        guard size <= bytes.count - offset, 2 * width + count * (keyEntry + 1 + width) <= size else {
            throw .malformedJSON(offset: offset)
        }
        end = offset + size
    }

    /// Where the key's text lies.
    func key(_ index: Int, in bytes: Span<UInt8>) throws(ValueError) -> Range<Int> {
        let entry = start + 2 * width + index * (width + 2)
        let offset = start + Int(try bytes.number(width, at: entry))
        let length = Int(try bytes.number(2, at: entry + width))
        guard offset <= end, length <= end - offset else { throw .malformedJSON(offset: entry) }
        return offset..<offset + length
    }

    /// What the value is, and where it lies: in its entry if it is small enough (`inlined_type`).
    func value(_ index: Int, in bytes: Span<UInt8>) throws(ValueError) -> (type: UInt8, offset: Int) {
        let entry = start + 2 * width + (isObject ? count * (width + 2) : 0) + index * (1 + width)
        let type = UInt8(truncatingIfNeeded: try bytes.number(1, at: entry))
        switch BinaryJSONType(rawValue: type) {
        case .literal, .int16, .uint16: return (type, entry + 1)
        case .int32, .uint32: if width == 4 { return (type, entry + 1) }
        default: break
        }
        let offset = start + Int(try bytes.number(width, at: entry + 1))
        guard offset > start, offset < end else { throw .malformedJSON(offset: entry) }
        return (type, offset)
    }
}

extension Span<UInt8> {
    /// The little-endian number of 1 to 8 bytes at `offset`.
    func number(_ byteCount: Int, at offset: Int) throws(ValueError) -> UInt64 {
        guard offset >= 0, byteCount <= count - offset else { throw .malformedJSON(offset: offset) }
        var value: UInt64 = 0
        for index in 0..<byteCount { value |= UInt64(self[offset + index]) << UInt64(8 * index) }
        return value
    }
}
