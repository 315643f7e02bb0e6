import Rows

@testable import BinlogReader

/// `rows_event_hex`: a TABLE_MAP and a rows event behind it.
enum RowsEventCheck {
    private static let types: [String: EventType] = [
        "WRITE_ROWS_V1": .writeRowsV1, "UPDATE_ROWS_V1": .updateRowsV1, "DELETE_ROWS_V1": .deleteRowsV1,
        "WRITE_ROWS_V2": .writeRowsV2, "UPDATE_ROWS_V2": .updateRowsV2, "DELETE_ROWS_V2": .deleteRowsV2,
    ]

    static func check(_ item: CorpusCase) throws -> Outcome {
        // WRITE_ROWS_V2 and WRITE_ROWS_EVENTv2
        let name = try item.text("rows_event_type").uppercased().replacing("EVENT", with: "")
        guard let type = types[name] else { throw CorpusError(name) }
        let note = item["note"]?.text ?? ""
        var map = try item.bytes("table_map_body_hex")
        if note.contains("no table map bytes") { map = try tableMap(map, note) }
        var log = SyntheticLog()
        log.begin()
        log.add(.tableMap, map)
        log.add(type, try item.bytes("rows_body_hex"))
        log.commit()
        let reading = Reading(log.events)
        let expected = item["expect"] ?? .null
        if let error = reading.error {
            if expected.object?.values.contains(.string("INVALID")) ?? false, let clear = reading.clearError {
                return .notComparable("the document is damaged, and is refused where others read NULL: \(clear)")
            }
            return .fail(expected: "\(expected)", actual: "\(error)")
        }
        return compare(reading.rows, with: expected)
    }

    /// A TABLE_MAP of the types that the note lists: `types [3, 15] meta [0, 108]`.
    private static func tableMap(_ id: [UInt8], _ note: String) throws -> [UInt8] {
        func list(_ word: String) -> [Int]? {
            guard let start = note.firstRange(of: "\(word) [")?.upperBound, let end = note[start...].firstIndex(of: "]")
            else { return nil }
            return note[start..<end].split(separator: ",").compactMap { Int($0.filter { $0.isNumber }) }
        }
        guard let types = list("types"), let metas = list("meta"), types.count == metas.count else {
            throw CorpusError("a note without types")
        }
        var metadata: [UInt8] = []
        for (type, meta) in zip(types, metas) {
            let (low, high) = (UInt8(truncatingIfNeeded: meta), UInt8(truncatingIfNeeded: meta >> 8))
            switch BinlogType(rawValue: UInt8(truncatingIfNeeded: type)) {
            case .varchar, .varString, .bit: metadata += [low, high]
            case .newDecimal, .string, .enumeration, .set: metadata += [high, low]
            case .float, .double, .blob, .geometry, .json, .timestamp2, .dateTime2, .time2: metadata.append(low)
            default: break
            }
        }
        let nulls = [UInt8](repeating: 0xFF, count: (types.count + 7) / 8)
        return Array(id[..<min(6, id.count)]) + [
            1, 0, 1, UInt8(ascii: "d"), 0, 1, UInt8(ascii: "t"), 0, UInt8(types.count),
        ]
            + types.map { UInt8(truncatingIfNeeded: $0) } + [UInt8(metadata.count)] + metadata + nulls
    }

    /// `rows` is a list of rows; `rows.0.1`, `before.2`, `after.2` are values of the first row.
    private static func compare(_ rows: [DecodedRow], with expected: JSONDocument) -> Outcome {
        guard let first = rows.first else { return .fail(expected: "\(expected)", actual: "no rows") }
        for (path, value) in (expected.object ?? [:]).sorted(by: { $0.key < $1.key }) {
            let parts = path.split(separator: ".")
            if path == "rows" {
                guard let list = value.array, list.count == rows.count else {
                    return .fail(expected: "\(value)", actual: "\(rows.count) rows")
                }
                for (row, values) in zip(rows, list) {
                    let decoded = row.after ?? row.before ?? []
                    guard let values = values.array, values.count == decoded.count,
                        zip(decoded, values).allSatisfy(isEqual)
                    else { return .fail(expected: "\(values)", actual: "\(decoded.map(\.shown))") }
                }
                continue
            }
            guard let column = parts.last.flatMap({ Int($0) }) else {
                return .fail(expected: "a check for \(path)", actual: "none")
            }
            let image = parts[0] == "before" ? first.before : first.after ?? first.before
            guard let image, image.indices.contains(column) else {
                return .fail(expected: "\(path)", actual: "no such value")
            }
            guard isEqual(image[column], value) else {
                return .fail(expected: "\(path) \(value)", actual: image[column].shown)
            }
        }
        return .pass
    }

    private static func isEqual(_ decoded: DecodedValue, _ expected: JSONDocument) -> Bool {
        if expected == .null { return decoded.isNull }
        if expected["json_empty"]?.bool == true { return decoded.shown == "null" }
        if let ordinal = expected["enum_ordinal"]?.integer ?? expected["set_bits"]?.integer {
            if case .uint(let number) = decoded.cell { return Int(number) == ordinal }
            return false
        }
        if let text = expected.text {
            if text == decoded.shown { return true }
            guard case .json = decoded.column.type, let one = JSONDocument(text), let two = JSONDocument(decoded.shown)
            else { return false }
            return one.means(two)
        }
        return JSONDocument(decoded.shown).map { expected.means($0) } ?? false
    }
}
