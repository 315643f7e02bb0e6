import BinlogReader
import MySQLClient
import Rows

/// What the server itself says of a value: the comparison queries of docs/architecture.md, by column type.
enum ServerText {
    /// The expression that selects `column` for comparison.
    static func expression(_ column: Column) -> String {
        let name = Connection.identifier(column.name)
        return switch column.type {
        case .integer, .decimal, .bit, .year: "\(name) + 0"
        case .double: "CAST(\(name) AS DOUBLE)"
        case .float: "CAST(\(name) AS DOUBLE)"
        case .text, .json: "CONVERT(\(name) USING utf8mb4)"
        case .binary, .blob, .vector: "HEX(\(name))"
        // A value that is no geometry has neither, and is empty.
        case .geometry: "IFNULL(CONCAT(ST_SRID(\(name)), ' ', HEX(ST_AsWKB(\(name)))), IF(\(name) IS NULL, NULL, '0 '))"
        case .date, .time, .dateTime, .timestamp, .enumeration, .set, .uuid, .inet4, .inet6: name
        }
    }

    /// A decoded value in the form that ``expression(_:)`` gives; nil: NULL.
    static func text(_ cell: Cell, _ type: ColumnType, _ batch: RowBatch) throws -> String? {
        if case .null = cell { return nil }
        var output: [UInt8] = []
        try ValueText.append(cell, of: type, in: batch, to: &output)
        switch type {
        case .binary, .blob, .vector: return hex(output)
        case .geometry:
            let srid = output.prefix(4).reversed().reduce(0) { $0 << 8 | UInt32($1) }
            return "\(srid) \(hex(output.dropFirst(4)))"
        default: return String(validating: output, as: UTF8.self)
        }
    }

    /// Whether both say the same: numbers by value, all else by text.
    static func isEqual(_ decoded: String?, _ selected: String?, _ type: ColumnType) -> Bool {
        guard let decoded, let selected else { return decoded == nil && selected == nil }
        switch type {
        case .float: return Float(decoded)?.bitPattern == Double(selected).map { Float($0) }?.bitPattern
        case .double: return Double(decoded)?.bitPattern == Double(selected)?.bitPattern
        default: return decoded == selected
        }
    }

    private static func hex(_ bytes: some Sequence<UInt8>) -> String {
        bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16, uppercase: true) }.joined()
    }
}

/// Hints as a live server gives them, from what a test knows of its table.
final class KnownHints: ColumnHints {
    var byTable: [String: [String: ColumnHint]] = [:]
    private(set) var asked: [String] = []

    func hints(database: String, table: String, columns: [String]) throws -> [String: ColumnHint] {
        asked.append("\(database).\(table)")
        return byTable[table] ?? [:]
    }

    func period(database: String, table: String) throws -> SystemPeriod? { nil }
}
