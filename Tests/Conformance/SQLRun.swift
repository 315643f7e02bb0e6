import BinlogReader
import MySQLClient
import Rows
import TestSupport

/// One case's statements on a real server, in a database of its own, and what its log says of them.
final class SQLRun {
    let kind: ServerKind
    private let server: any DatabaseServer
    private let database: String
    private let session: Connection
    /// Of the images that the log gave inserts.
    private(set) var inserted: [[DecodedValue]] = []
    /// The one table as the log's changes make it.
    private(set) var table: [[DecodedValue]] = []
    private var name: String?

    init(server: any DatabaseServer, kind: ServerKind) throws {
        self.kind = kind
        self.server = server
        database = try server.makeDatabase("conformance")
        session = try server.connect(database: database)
        for setting in ["sql_mode = ''", "time_zone = '+00:00'", "NAMES utf8mb4"] {
            try session.execute("SET \(setting)")
        }
    }

    func literal(_ text: String) -> String { session.literal(text) }

    /// Runs them and reads the log. What keeps the case from being compared, if anything.
    func execute(_ statements: [String]) throws -> Outcome? {
        let start = try place()
        for statement in statements {
            do {
                try session.execute(statement)
            } catch {
                return .notComparable("the server refuses a statement: \(error)")
            }
        }
        let reading = Reading(folder: server.dataDirectory, from: start, to: try place(), database: database)
        if let error = reading.error { return .fail(expected: "the server's log to be read", actual: "\(error)") }
        for row in reading.rows { try apply(row) }
        return nil
    }

    private func place() throws -> BinlogPosition {
        let end = try server.binlogEnd()
        return BinlogPosition(file: end.file, offset: end.offset)
    }

    private func apply(_ row: DecodedRow) throws {
        name = row.batch.table.name
        if let before = row.before {
            guard let index = table.firstIndex(where: { Self.isSame($0, before) }) else {
                throw CorpusError("a change of a row that the log has not made: \(before.map(\.shown))")
            }
            let old = table[index]
            if let after = row.after {
                table[index] = zip(old, after).map { $1.isAbsent ? $0 : $1 }
            } else {
                table.remove(at: index)
            }
        } else if let after = row.after {
            inserted.append(after)
            table.append(after)
        }
    }

    private static func isSame(_ old: [DecodedValue], _ image: [DecodedValue]) -> Bool {
        zip(old, image).allSatisfy { $1.isAbsent || $0.shown == $1.shown }
    }

    /// How the table that the log makes differs from the server's; nil: not at all.
    func compareWithSelect() throws -> Outcome? {
        let names = try session.query("SHOW TABLES").rows.compactMap { $0.first ?? nil }
        guard let first = names.first.flatMap({ String(validating: $0, as: UTF8.self) }) else {
            return .fail(expected: "a table", actual: "none")
        }
        let selected = try session.query("SELECT * FROM \(Connection.identifier(name ?? first))").rows
        guard selected.count == table.count else {
            return .fail(expected: "\(selected.count) rows, as the server has", actual: "\(table.count)")
        }
        for (row, values) in zip(table, selected) {
            guard row.count == values.count else {
                return .fail(expected: "\(values.count) columns, as the server has", actual: "\(row.count)")
            }
            for (value, text) in zip(row, values) where !SelectedText.isEqual(value, text) {
                let shown = text.map { String(validating: $0, as: UTF8.self) ?? "0x" + Hex.text($0) }
                return .fail(
                    expected: "\(value.column.name) \(shown ?? "NULL"), as the server selects", actual: value.shown)
            }
        }
        return nil
    }
}
