import BinlogReader
import MySQLClient
import Rows
import TestSupport
import Testing

/// What is decoded from the log equals what the server's SELECT says, for every column type and its edge values.
@Suite struct DifferentialTests {
    @Test(arguments: TypeTable.ofTypes)
    func `decoded values equal what SELECT says`(types: TypeTable) throws {
        let server = try MariaDBServer.shared()
        let database = try server.makeDatabase("differential")
        let session = try server.connect()
        let start = try server.binlogEnd()
        try session.create([types], in: database)
        let hints = KnownHints()
        hints.byTable[types.name] = Self.hints(types)
        let reader = try LogReader(server, from: start, hints: hints)
        let table = TableReplay()

        // After inserts, after all kinds of changes, after deletes: the replayed table is the server's.
        if !types.settings.isEmpty { try session.execute("SET \(types.settings)") }
        let inserts = types.changes.prefix { $0.hasPrefix("INSERT") }
        for statement in inserts { try session.execute(statement) }
        try reader.replay(into: table, database: database)
        #expect(table.rows.count == types.rowCount)
        try compare(table, with: session, types)

        for statement in types.changes.dropFirst(inserts.count) { try session.execute(statement) }
        try reader.replay(into: table, database: database)
        try compare(table, with: session, types)

        try session.execute("DELETE FROM \(Connection.identifier(types.name))")
        try reader.replay(into: table, database: database)
        #expect(table.rows.isEmpty)
        #expect((table.counts[.update] ?? 0) >= types.rowCount)
        #expect(table.counts[.delete] == table.counts[.insert])
    }

    private static func hints(_ types: TypeTable) -> [String: ColumnHint] {
        var hints: [String: ColumnHint] = [:]
        for column in types.columns {
            switch column.definition.prefix(while: { $0 != " " }) {
            case "UUID": hints[column.name] = .uuid
            case "INET4": hints[column.name] = .inet4
            case "INET6": hints[column.name] = .inet6
            case "JSON": hints[column.name] = .json
            default: break
            }
        }
        return hints
    }

    private func compare(_ replayed: TableReplay, with session: Connection, _ types: TypeTable) throws {
        let table = try #require(replayed.table)
        let list = table.columns.map(ServerText.expression).joined(separator: ", ")
        let selected = try session.query("SELECT \(list) FROM \(Connection.identifier(types.name))")
        #expect(selected.rows.count == replayed.rows.count)
        for row in selected.rows {
            let values = row.map { $0.flatMap { String(validating: $0, as: UTF8.self) } }
            let number = try #require(values[0])
            let decoded = try #require(replayed.rows[number], "row \(number)")
            for (index, column) in table.columns.enumerated() {
                let isEqual = ServerText.isEqual(decoded[index], values[index], column.type)
                #expect(
                    isEqual,
                    "row \(number), \(column.name): \(decoded[index] ?? "NULL") for \(values[index] ?? "NULL")")
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
