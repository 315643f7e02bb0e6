import BinlogReader
import MySQLClient
import Rows
import TestSupport
import Testing

/// What is decoded from the log equals what the server's SELECT says, for every column type and its edge values.
@Suite struct DifferentialTests {
    @Test(arguments: TypeFamily.all)
    func `decoded values equal what SELECT says`(family: TypeFamily) throws {
        let server = try MariaDBServer.shared()
        let database = try server.makeDatabase("differential")
        let session = try server.connect(database: database)
        try session.execute("SET sql_mode = '', time_zone = '+00:00', foreign_key_checks = 0, NAMES utf8mb4")
        let start = try server.binlogEnd()
        let columns = ["id INT PRIMARY KEY"] + family.columns + ["n INT NOT NULL DEFAULT 0"]
        try session.execute("CREATE TABLE t (\(columns.joined(separator: ", ")))")
        for (index, row) in family.rows.enumerated() {
            try session.execute(
                "INSERT INTO t (id, \(names(family))) VALUES (\(index + 1), \(row.joined(separator: ", ")))")
        }
        let table = TableReplay()
        let hints = KnownHints()
        hints.byTable["t"] = Self.hints(family)

        // Inserts, updates that change every row, deletes: after each the replayed table is the server's.
        let reader = try LogReader(server, from: start, hints: hints)
        try reader.replay(into: table, database: database)
        try compare(table, with: session)
        #expect(table.rows.count == family.rows.count)

        try session.execute("UPDATE t SET n = n + id")
        try session.execute("UPDATE t SET id = -id WHERE id % 2 = 0")
        try reader.replay(into: table, database: database)
        try compare(table, with: session)

        try session.execute("DELETE FROM t")
        try reader.replay(into: table, database: database)
        #expect(table.rows.isEmpty)
        #expect(
            table.counts == [
                .insert: family.rows.count, .update: family.rows.count * 3 / 2, .delete: family.rows.count,
            ])
    }

    private func names(_ family: TypeFamily) -> String {
        family.columns.indices.map { "c\($0 + 1)" }.joined(separator: ", ")
    }

    private static func hints(_ family: TypeFamily) -> [String: ColumnHint] {
        var hints: [String: ColumnHint] = [:]
        for (index, definition) in family.columns.enumerated() {
            switch definition.split(separator: " ")[1] {
            case "UUID": hints["c\(index + 1)"] = .uuid
            case "INET4": hints["c\(index + 1)"] = .inet4
            case "INET6": hints["c\(index + 1)"] = .inet6
            case "JSON": hints["c\(index + 1)"] = .json
            default: break
            }
        }
        return hints
    }

    private func compare(_ replayed: TableReplay, with session: Connection) throws {
        let table = try #require(replayed.table)
        let list = table.columns.map(ServerText.expression).joined(separator: ", ")
        let selected = try session.query("SELECT \(list) FROM t ORDER BY id")
        #expect(selected.rows.count == replayed.rows.count)
        for row in selected.rows {
            let values = row.map { $0.flatMap { String(validating: $0, as: UTF8.self) } }
            let id = try #require(values[0])
            let decoded = try #require(replayed.rows[id], "row \(id)")
            for (index, column) in table.columns.enumerated() {
                let isEqual = ServerText.isEqual(decoded[index], values[index], column.type)
                #expect(
                    isEqual,
                    "row \(id), \(column.name): \(decoded[index] ?? "NULL") for \(values[index] ?? "NULL")")
            }
        }
    }
}

/// A table as the log's changes make it, by the text of its first column.
final class TableReplay {
    private(set) var table: Table?
    private(set) var rows: [String: [String?]] = [:]
    private(set) var counts: [Operation: Int] = [:]

    func apply(_ batch: RowBatch) throws {
        table = batch.table
        for row in batch.rows {
            counts[row.operation, default: 0] += 1
            if row.before >= 0 {
                let before = try image(batch, row.before)
                // The image before a change is the row as it was left by the last one.
                #expect(rows.removeValue(forKey: before[0] ?? "") == before)
            }
            if row.after >= 0 {
                let after = try image(batch, row.after)
                #expect(rows.updateValue(after, forKey: after[0] ?? "") == nil)
            }
        }
    }

    private func image(_ batch: RowBatch, _ image: Int32) throws -> [String?] {
        try batch.table.columns.enumerated().map { index, column in
            try ServerText.text(batch.cell(index, at: image), column.type, batch)
        }
    }
}

/// Reads a server's binlog files on from where it stopped.
final class LogReader {
    private let server: MariaDBServer
    private var position: BinlogPosition
    private let hints: KnownHints?

    init(_ server: MariaDBServer, from start: (file: String, offset: UInt64), hints: KnownHints? = nil) throws {
        self.server = server
        position = BinlogPosition(file: start.file, offset: start.offset)
        self.hints = hints
    }

    func replay(into table: TableReplay, database: String) throws {
        try read(database) { if case .rows(let batch) = $0 { try table.apply(batch) } }
    }

    /// Reads to the end of what the server has written by now; other tests may be writing too.
    func read(_ database: String, _ body: (SourceEvent) throws -> Void) throws {
        let end = try server.binlogEnd()
        let files = try FileSource(path: server.dataDirectory, start: position)
        let reader = ChangeReader(
            source: files, start: position,
            options: ReaderOptions(selects: { name, _ in name == database }, hints: hints))
        while reader.position.file != end.file || reader.position.offset < end.offset, let event = try reader.next() {
            try body(event)
        }
        position = reader.position
    }
}
