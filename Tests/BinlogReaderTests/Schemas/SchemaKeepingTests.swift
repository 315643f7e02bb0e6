import MySQLClient
import Rows
import Synchronization
import TestSupport
import Testing

@testable import BinlogReader

/// When a schema history is kept where reading begins at a place to which it did not come by itself.
@Suite struct SchemaKeepingTests {
    private func history(_ server: MariaDBServer, _ store: any SchemaStore) -> SchemaHistory {
        SchemaHistory(SourceServer(server.connectionOptions), serverID: 78, store: store) { database, _ in
            database == "shop"
        }
    }

    @Test func `a place that only the server told of is not one that reading came to`() throws {
        let server = try MariaDBServer(options: ["--binlog-row-metadata=NO_LOG"])
        try server.execute("CREATE DATABASE shop")
        try server.execute("CREATE TABLE t (id INT PRIMARY KEY, a INT)", database: "shop")
        let begin = try server.end()
        try server.execute("ALTER TABLE t ADD COLUMN b INT", database: "shop")
        let behind = try server.end()
        let store = MemorySchemaStore()
        _ = try history(server, store).open(at: begin, isCheckpoint: true)
        #expect(store.load()?.versions.contains { $0.from == behind } == true)
        try history(server, store).keepOnly(ifKnownAt: behind)
        #expect(store.load() == nil)
    }

    /// As a state file that another process has locked.
    private final class BusyStore: SchemaStore {
        struct Busy: Error {}
        let isChanged = Atomic(false)

        func load() throws -> StoredHistory? { throw Busy() }
        func replace(with history: StoredHistory?) { isChanged.store(true, ordering: .relaxed) }
        func add(_ versions: [SchemaVersion]) { isChanged.store(true, ordering: .relaxed) }
    }

    @Test func `a store that does not answer is not one that has nothing`() throws {
        let store = BusyStore()
        let server = SourceServer(ConnectionOptions())
        let history = SchemaHistory(server, serverID: 78, store: store) { _, _ in true }
        #expect(throws: BusyStore.Busy.self) {
            try history.keepOnly(ifKnownAt: BinlogPosition(file: "binlog.000001", offset: 4))
        }
        let isChanged = store.isChanged.load(ordering: .relaxed)
        #expect(!isChanged)
    }
}
