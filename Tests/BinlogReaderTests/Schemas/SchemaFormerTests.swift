import MySQLClient
import Rows
import TestSupport
import Testing

@testable import BinlogReader

/// A history of one server's log that is held on to in another's, where some of what it has comes again.
@Suite(.serialized) final class SchemaFormerTests {
    private let server: MariaDBServer
    private var repeated: Set<String> = []

    init() throws {
        server = try MariaDBServer(options: ["--binlog-row-metadata=NO_LOG"])
        try server.execute(
            "CREATE DATABASE shop; CREATE TABLE shop.calm (a INT PRIMARY KEY); CREATE TABLE shop.t (a INT, b INT)")
    }

    private func execute(_ sql: String, again: Bool = false) throws {
        try server.execute(sql, database: "shop")
        guard again, let gtid = try server.query("SELECT @@gtid_binlog_pos").first?.first ?? nil else { return }
        repeated.insert(gtid)
    }

    private func isRepeated() -> (String) -> Bool {
        { [repeated] in repeated.contains($0) }
    }

    private func history(_ store: any SchemaStore) -> SchemaHistory {
        let history = SchemaHistory(SourceServer(server.connectionOptions), serverID: 77, store: store) { database, _ in
            database == "shop"
        }
        let isRepeated = isRepeated()
        history.repeats = { isRepeated }
        return history
    }

    /// What is known here, as if it were of another server's log.
    private func elsewhere() throws -> (store: MemorySchemaStore, place: FormerPlace) {
        let store = MemorySchemaStore()
        let place = try server.end()
        _ = try history(store).open(at: place, isCheckpoint: true)
        var stored = try #require(store.load())
        stored.log = "other"
        store.replace(with: stored)
        return (store, FormerPlace(position: place, log: "other"))
    }

    private func read(from place: BinlogPosition, _ store: MemorySchemaStore, former: FormerPlace?) throws -> [String] {
        let schemas = history(store)
        _ = try schemas.open(at: place, isCheckpoint: false, former: former)
        var options = ReaderOptions(selects: { database, _ in database == "shop" })
        options.schemas = schemas
        options.isRepeated = isRepeated()
        return try server.tablesOfLog(from: place, options).map(\.names)
    }

    @Test func `statements that come again are not done twice`() throws {
        let place = try server.end()
        try execute("INSERT INTO calm VALUES (1)")
        try execute("ALTER TABLE t ADD COLUMN c INT", again: true)
        try execute("ALTER TABLE t CHANGE a b INT, CHANGE b a INT", again: true)
        try execute("CREATE INDEX k ON calm (a)", again: true)
        let (store, former) = try elsewhere()
        try execute("INSERT INTO t VALUES (1, 2, 3)")
        try execute("INSERT INTO calm VALUES (2)")
        let between = try server.end()
        try execute("ALTER TABLE t ADD COLUMN x INT FIRST")
        try execute("INSERT INTO t VALUES (0, 1, 2, 3)")
        let seen = ["calm a", "t b,a,c", "calm a", "t x,b,a,c"]
        #expect(try read(from: place, store, former: former) == seen)
        // A restart finds what was told.
        #expect(try read(from: place, store, former: nil) == seen)
        #expect(try read(from: between, store, former: nil) == ["t x,b,a,c"])
    }

    @Test func `rows in front of a statement that comes again are not read as what it made`() throws {
        let place = try server.end()
        try execute("INSERT INTO t VALUES (1, 2)")
        try execute("ALTER TABLE t CHANGE a b INT, CHANGE b a INT", again: true)
        let (store, former) = try elsewhere()
        try execute("INSERT INTO t VALUES (1, 2)")
        try execute("ALTER TABLE t ADD COLUMN x INT")
        let error = #expect(throws: SchemaHistoryError.self) { try read(from: place, store, former: former) }
        #expect(error?.description.contains("changed it afterwards") == true, "\(String(describing: error))")
    }

    @Test func `what is kept of a third server's log is no one's here`() throws {
        let place = try server.end()
        let (store, former) = try elsewhere()
        try execute("INSERT INTO t VALUES (1, 2)")
        try execute("ALTER TABLE t ADD COLUMN x INT")
        #expect(try read(from: place, store, former: former) == ["t a,b"])
        let (other, _) = try elsewhere()
        try execute("INSERT INTO t VALUES (1, 2, 3)")
        try execute("ALTER TABLE t ADD COLUMN y INT")
        #expect(throws: SchemaHistoryError.self) {
            try read(from: place, other, former: FormerPlace(position: former.position, log: "third"))
        }
    }
}
