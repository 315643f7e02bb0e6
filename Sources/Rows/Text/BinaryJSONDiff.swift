/// One change inside a JSON document (`Json_diff` in sql/json_diff.cc): an operation, a path behind its length, and, but
/// for a removal, a value in binary JSON behind its length.
struct BinaryJSONDiff {
    enum Operation: UInt8 {
        case replace = 0
        case insert = 1
        case remove = 2
    }

    var operation: Operation
    var path: JSONPath
    /// Where the value lies; empty for a removal.
    var value: Range<Int>

    /// Reads the change at `offset`, and leaves that behind it.
    init(_ bytes: Span<UInt8>, at offset: inout Int) throws(ValueError) {
        let start = offset
        guard let operation = Operation(rawValue: UInt8(truncatingIfNeeded: try bytes.number(1, at: offset))) else {
            throw .malformedJSON(offset: start)
        }
        self.operation = operation
        offset += 1
        path = try JSONPath(bytes.extracting(try Self.block(bytes, at: &offset)))
        value = operation == .remove ? 0..<0 : try Self.block(bytes, at: &offset)
        guard operation == .remove || !value.isEmpty else { throw .malformedJSON(offset: start) }
    }

    /// Bytes behind their length (`net_field_length`).
    private static func block(_ bytes: Span<UInt8>, at offset: inout Int) throws(ValueError) -> Range<Int> {
        var count = try bytes.number(1, at: offset)
        offset += 1
        if count >= 251 {
            guard let width = [252: 2, 253: 3, 254: 8][count] else { throw .malformedJSON(offset: offset - 1) }
            count = try bytes.number(width, at: offset)
            offset += width
        }
        guard count <= UInt64(bytes.count - offset) else { throw .malformedJSON(offset: offset) }
        defer { offset += Int(count) }
        return offset..<offset + Int(count)
    }
}
