import MySQLClient
import Rows

/// Rows that a table of the source holds now, as a batch of inserts: the same cells as the binary log would give.
struct TableRows {
    private let connection: Connection

    /// Connects.
    init(_ options: ConnectionOptions) throws {
        var options = options
        options.readTimeoutSeconds = options.readTimeoutSeconds ?? 60
        options.writeTimeoutSeconds = options.writeTimeoutSeconds ?? 60
        connection = try Connection(options)
        // A table that is being altered is not waited for without end.
        try connection.execute(
            "SET SESSION sql_mode = '', time_zone = '+00:00', lock_wait_timeout = 20, NAMES utf8mb4")
    }

    /// At most `limit` rows, in the order of the primary key. All but their values is `origin`'s.
    func read(_ table: Table, limit: Int, origin: Origin) throws -> RowBatch {
        let columns = table.columns.map { Self.expression(SQLText.quoted($0.name), $0.type) }.joined(separator: ", ")
        let key = table.primaryKey.map { SQLText.quoted(table.columns[$0].name) }.joined(separator: ", ")
        let order = key.isEmpty ? "" : " ORDER BY \(key)"
        let name = "\(SQLText.quoted(table.database)).\(SQLText.quoted(table.name))"
        var rows = try connection.stream("SELECT \(columns) FROM \(name)\(order) LIMIT \(limit)")
        guard rows.columns.count == table.columns.count else {
            throw PlanError("the server's answer has other columns than \(table.database).\(table.name) was asked for")
        }
        var batch = RowBatch(table: table, origin: origin)
        while try rows.next() {
            let after = Int32(batch.cells.count)
            for (index, column) in table.columns.enumerated() {
                guard let value = rows.value(index) else {
                    batch.cells.append(.null)
                    continue
                }
                let bytes = value.withUnsafeBufferPointer { Array($0) }
                guard let cell = Self.cell(bytes, column.type, &batch.bytes) else {
                    throw PlanError(
                        "\(table.database).\(table.name), column \(column.name): the server's text of a value cannot be read"
                    )
                }
                batch.cells.append(cell)
            }
            batch.rows.append(
                Row(operation: .insert, before: -1, after: after, index: UInt32(batch.rows.count)))
        }
        return batch
    }

    /// What is selected of a column, so that its text tells the whole value.
    private static func expression(_ name: String, _ type: ColumnType) -> String {
        switch type {
        case .integer, .bit, .year, .enumeration: "\(name) + 0"
        // Up to 64 bits: `+ 0` would go through a DOUBLE.
        case .set: "CAST(\(name) AS UNSIGNED)"
        case .float, .double: "CAST(\(name) AS DOUBLE)"
        // In the column's own character set.
        case .text: "CAST(\(name) AS BINARY)"
        case .uuid: "UNHEX(REPLACE(CAST(\(name) AS CHAR), '-', ''))"
        case .inet4, .inet6: "INET6_ATON(\(name))"
        case .decimal, .date, .time, .dateTime, .timestamp, .binary, .blob, .json, .vector, .geometry: name
        }
    }

    /// The cell of the value; nil for a text that no server gives. Its bytes go to `bytes`.
    private static func cell(_ text: [UInt8], _ type: ColumnType, _ bytes: inout [UInt8]) -> Cell? {
        switch type {
        case .integer(_, unsigned: false): return whole(text).map(Cell.int)
        case .integer, .bit, .year, .enumeration, .set: return whole(text).map(Cell.uint)
        case .float: return number(text).map { .float(Float($0)) }
        case .double: return number(text).map(Cell.double)
        case .decimal(let precision, let scale):
            let start = bytes.count
            guard let value = decimal(text),
                value.append(precision: Int(precision), scale: Int(scale), to: &bytes)
            else { return nil }
            return range(from: start, bytes)
        case .date, .dateTime, .timestamp:
            guard let scanner = TemporalScanner(text.span), let parts = scanner.dateTime(allowsInvalidDays: true)
            else { return nil }
            if type == .date { return .uint(UInt64(parts.year << 9 | parts.month << 5 | parts.day)) }
            guard case .timestamp = type else { return .int(parts.packed) }
            return .int(parts == DateTimeParts() ? 0 : parts.microsecondsSince1970)
        case .time: return TemporalScanner(text.span)?.time().map { .int($0.microseconds) }
        case .binary:
            // As the log has them.
            let end = text.lastIndex { $0 != 0 }.map { $0 + 1 } ?? 0
            return append(text[..<end], &bytes)
        case .text, .blob, .json, .vector, .geometry, .uuid, .inet4, .inet6: return append(text[...], &bytes)
        }
    }

    private static func append(_ value: ArraySlice<UInt8>, _ bytes: inout [UInt8]) -> Cell? {
        let start = bytes.count
        bytes.append(contentsOf: value)
        return range(from: start, bytes)
    }

    private static func range(from start: Int, _ bytes: [UInt8]) -> Cell? {
        guard let first = UInt32(exactly: start), let count = UInt32(exactly: bytes.count - start) else { return nil }
        return .bytes(ByteRange(start: first, count: count))
    }

    private static func whole<Number: FixedWidthInteger>(_ text: [UInt8]) -> Number? {
        Number(String(decoding: text, as: UTF8.self))
    }

    private static func number(_ text: [UInt8]) -> Double? {
        Double(String(decoding: text, as: UTF8.self))
    }

    /// `-12.50`
    private static func decimal(_ text: [UInt8]) -> Decimal? {
        let isNegative = text.first == UInt8(ascii: "-")
        let parts = text.dropFirst(isNegative ? 1 : 0).split(
            separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
        guard (1...2).contains(parts.count), parts.joined().allSatisfy({ (0x30...0x39).contains($0) }) else {
            return nil
        }
        let digits = parts.joined().map { $0 - 0x30 }
        return try? Decimal(digits: digits.span, point: parts[0].count, isNegative: isNegative)
    }
}
