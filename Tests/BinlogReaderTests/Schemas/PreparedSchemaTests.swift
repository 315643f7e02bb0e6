import Rows
import Testing

@testable import BinlogReader

/// Rows of XA transactions whose log names no columns: they are of the table as it was where they were prepared.
@Suite struct PreparedSchemaTests {
    private let file = SchemaFile("CREATE TABLE d.t (a INT)", path: "t.sql", fingerprint: "1")

    private func log(_ make: (inout PreparedLog) -> Void) -> [String] {
        var log = PreparedLog()
        make(&log)
        var options = ReaderOptions()
        options.schemas = DeclaredSchemas(file, selects: { _, _ in true })
        return logOfFile(log.events, options: options).filter { $0.hasPrefix("rows") || $0.hasPrefix("error") }
    }

    private func prepare(_ log: inout PreparedLog) {
        log.prepare("x") { log in
            log.add { $0.tableMap(20, hasNames: false) }
            log.add { $0.rows(.writeRowsV1, 20, [0xFE] + le(Int32(1))) }
        }
    }

    private func alter(_ statement: String, _ log: inout PreparedLog) {
        log.add { $0.gtid(100, isStandalone: true) }
        log.add { $0.query("ALTER TABLE t \(statement)") }
    }

    @Test func `a table that was changed before the commit is refused, and not read by its new names`() {
        let lines = log {
            prepare(&$0)
            alter("RENAME COLUMN a TO b", &$0)
            $0.commit("x")
        }
        #expect(lines.count == 1 && lines.last?.contains("changed the table before its commit") == true, "\(lines)")
    }

    @Test func `what changes no column, or stands in front of the prepare, takes nothing away`() {
        let index = log {
            prepare(&$0)
            alter("ADD INDEX (a)", &$0)
            $0.commit("x")
        }
        #expect(index == ["rows d.t: insert a=1"])
        let earlier = log {
            alter("RENAME COLUMN a TO b", &$0)
            prepare(&$0)
            $0.commit("x")
        }
        #expect(earlier == ["rows d.t: insert b=1"])
    }

    @Test func `a restart in between knows it as well`() throws {
        func place(_ offset: UInt64) -> BinlogPosition { BinlogPosition(file: "binlog.000001", offset: offset) }
        func schemas(_ store: MemorySchemaStore, from offset: UInt64) throws -> DeclaredSchemas {
            let schemas = DeclaredSchemas(file, selects: { _, _ in true }, store: store, from: place(offset))
            try schemas.begin(logOf: "10.11.19-MariaDB")
            return schemas
        }
        let store = MemorySchemaStore()
        try DeclaredHistory(file, store: store).begin(at: place(4))
        _ = try schemas(store, from: 4).take(
            LoggedStatement(
                text: Array("ALTER TABLE t RENAME COLUMN a TO b".utf8), context: StatementContext(database: "d"),
                place: LogPlace(event: place(200), start: place(200)), next: place(300)))
        let restarted = try schemas(store, from: 300)
        let table = SourceServer.TableName(database: "d", name: "t")
        var rows = LogPlace(event: place(400), start: place(400))
        for prepared in [nil, place(300)] {
            rows.prepared = prepared
            guard case .known = try restarted.answer(for: table, at: rows) else { return #expect(Bool(false)) }
        }
        rows.prepared = place(100)
        #expect(throws: SchemaHistoryError.self) { try restarted.answer(for: table, at: rows) }
    }
}
