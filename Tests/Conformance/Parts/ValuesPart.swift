import Rows

@testable import BinlogReader

/// `values_hex`: the bytes of one column, which a TINYINT follows in the row, so that one byte too many or too few shows.
enum ValuesPart {
    /// What the TINYINT holds.
    private static let sentinel: UInt8 = 0x5A

    static func check(_ item: CorpusCase) throws -> Outcome {
        let data = try item.bytes("data_hex").prefix(try item.number("consumed"))
        guard let code = UInt8(exactly: try item.number("type_code")) else { throw CorpusError("type_code") }
        let hasLongLength = data.count > 1 && data.starts(with: SyntheticLog.bytes(UInt16(clamping: data.count - 2)))
        if code == BinlogType.varString.rawValue, try item.number("meta") < 256, hasLongLength {
            return .notComparable("two bytes of length, where servers write one for a VARCHAR shorter than 256")
        }
        let column = try self.column(code, item, byteCount: data.count)
        let log = SyntheticLog.row(
            types: [column.type, BinlogType.tiny.rawValue], metadata: column.metadata,
            isUnsigned: item["unsigned"]?.bool ?? false, values: data + [sentinel])
        let reading = Reading(log.events)
        guard reading.error == nil, let values = reading.rows.first?.after, values.count == 2 else {
            return .fail(expected: try expectation(item), actual: reading.error.map { "\($0)" } ?? "no row")
        }
        guard case .int(Int64(sentinel)) = values[1].cell else {
            return .fail(expected: "\(data.count) bytes consumed", actual: "other ones")
        }
        return try compare(values[0], item)
    }

    /// The column's type code and its metadata as a TABLE_MAP has them. Sources differ in which byte of the number in
    /// `meta` is the event's first.
    private static func column(
        _ code: UInt8, _ item: CorpusCase, byteCount: Int
    ) throws -> (type: UInt8, metadata: [UInt8]) {
        let meta = try item.number("meta")
        let (low, high) = (UInt8(truncatingIfNeeded: meta), UInt8(truncatingIfNeeded: meta >> 8))
        switch BinlogType(rawValue: code) {
        case .newDecimal:
            guard let precision = item["precision"]?.integer, let scale = item["scale"]?.integer else {
                return (code, [high, low])
            }
            return (code, [UInt8(truncatingIfNeeded: precision), UInt8(truncatingIfNeeded: scale)])
        case .string:
            // No server writes 0: a CHAR just as long as the value stands for it.
            return (code, meta == 0 ? [code, UInt8(truncatingIfNeeded: byteCount - 1)] : [high, low])
        case .enumeration, .set: return (BinlogType.string.rawValue, [code, low])
        case .varchar, .varString, .bit: return (code, [low, high])
        case .float, .double, .blob, .geometry, .json, .vector, .timestamp2, .dateTime2, .time2: return (code, [low])
        default: return (code, [])
        }
    }

    private static func expectation(_ item: CorpusCase) throws -> String {
        if let hex = item["expected_hex"]?.text { return "0x" + hex }
        return try item.text("expected")
    }

    private static func compare(_ value: DecodedValue, _ item: CorpusCase) throws -> Outcome {
        let expected = try expectation(item)
        let failure = Outcome.fail(expected: expected, actual: value.shown)
        if item["expected_hex"] != nil {
            let bytes = try item.bytes("expected_hex")
            if case .uint(let number) = value.cell {
                return bytes.count <= 8 && bytes.reduce(0, { $0 << 8 | UInt64($1) }) == number ? .pass : failure
            }
            return value.raw == bytes ? .pass : failure
        }
        switch value.column.type {
        case .float: return Float(value.shown) == Float(expected) ? .pass : failure
        case .double: return Double(value.shown) == Double(expected) ? .pass : failure
        case .enumeration, .set:
            guard case .uint(let number) = value.cell else { return failure }
            return "\(number)" == expected ? .pass : failure
        case .text, .blob, .geometry: return value.raw == Array(expected.utf8) ? .pass : failure
        case .json:
            if expected == value.shown { return .pass }
            guard let document = JSONDocument(expected) else {
                return .notComparable(
                    "the expected value is an SQL expression, \(expected); the document is \(value.shown)")
            }
            return JSONDocument(value.shown).map { document.means($0) } ?? false ? .pass : failure
        default: return value.shown == expected ? .pass : failure
        }
    }
}
