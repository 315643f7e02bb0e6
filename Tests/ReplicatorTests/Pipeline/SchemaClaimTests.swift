import BinlogReader
import Rows
import Sinks
import TestSupport
import Testing

@testable import Replicator

/// Whether a schema history is still known, by who has claimed the checkpoint since, and where that is.
@Suite struct SchemaClaimTests {
    private let server: MariaDBServer
    private let store = MemorySchemaStore()
    private let former = MemorySchemaStore()

    init() throws {
        server = try MariaDBServer(options: ["--binlog-row-metadata=NO_LOG"])
        try server.execute("CREATE DATABASE shop; CREATE TABLE shop.t (a INT, b INT)")
    }

    private func end(of other: MariaDBServer? = nil) throws -> ResumePosition {
        let end = try (other ?? server).binlogEnd()
        return ResumePosition(
            position: BinlogPosition(file: end.file, offset: end.offset), gtids: "", commitMicroseconds: 0)
    }

    /// A start up to the claim, and behind it if `epoch` is what that made.
    private func start(
        at resume: ResumePosition, _ arrival: SchemaArrival, claimed epoch: UInt64?, on other: MariaDBServer? = nil
    ) throws {
        let session = ServerSession(pipeline: "p", command: "run", serverIDBase: 0, heartbeatSeconds: 1)
        let source = ServerPipelineSource(
            hosts: SourceHosts([(other ?? server).connectionOptions]), session: session, schemas: store,
            formerSchemas: former)
        let selects: @Sendable (String, String) -> Bool = { database, _ in database == "shop" }
        _ = try source.prepareSchemas(at: resume, of: arrival, selects: selects)
        guard let epoch else { return }
        try source.claimSchemas(epoch: epoch)
        try source.takeOverSchemas(at: resume, selects: selects)
        #expect(store.load()?.mark == "\(epoch)")
    }

    @Test func `a start that is killed around its claim leaves a history that the next one knows`() throws {
        try start(at: try end(), .choice, claimed: 1)
        try server.execute("INSERT INTO shop.t VALUES (1, 2)")
        let checkpoint = try end()
        try server.execute("INSERT INTO shop.t VALUES (1, 2); ALTER TABLE shop.t CHANGE a b INT, CHANGE b a INT")
        // The server could not tell any more what the table was there.
        try start(at: checkpoint, .checkpoint(epoch: 1), claimed: nil)
        try start(at: checkpoint, .checkpoint(epoch: 1), claimed: nil)
        try start(at: checkpoint, .checkpoint(epoch: 2), claimed: nil)
        try start(at: checkpoint, .checkpoint(epoch: 3), claimed: 4)
        try start(at: checkpoint, .checkpoint(epoch: 4), claimed: 5)
    }

    @Test func `a first start that is killed behind its claim leaves a history that holds at its beginning`() throws {
        let begin = try end()
        try start(at: begin, .choice, claimed: nil)
        try server.execute("INSERT INTO shop.t VALUES (1, 2); ALTER TABLE shop.t CHANGE a b INT, CHANGE b a INT")
        try start(at: begin, .checkpoint(epoch: 1), claimed: 2)
    }

    @Test func `a history is forgotten where somebody else has moved the checkpoint`() throws {
        try start(at: try end(), .choice, claimed: 1)
        try server.execute("INSERT INTO shop.t VALUES (1, 2); ALTER TABLE shop.t CHANGE a b INT, CHANGE b a INT")
        let moved = try end()
        try start(at: moved, .checkpoint(epoch: 2), claimed: 3)
        #expect(store.load()?.base == moved.position)
        try server.execute("INSERT INTO shop.t VALUES (1, 2)")
        let between = try end()
        try server.execute("INSERT INTO shop.t VALUES (1, 2); ALTER TABLE shop.t CHANGE a b INT, CHANGE b a INT")
        #expect(throws: SchemaHistoryError.self) {
            try start(at: between, .checkpoint(epoch: 4), claimed: 5)
        }
    }

    @Test func `a failover that does not come about leaves what was known in the log of before`() throws {
        try start(at: try end(), .choice, claimed: 1)
        let log = try #require(store.load()?.log)
        try server.execute("INSERT INTO shop.t VALUES (1, 2)")
        let checkpoint = try end()
        try server.execute("INSERT INTO shop.t VALUES (1, 2); ALTER TABLE shop.t CHANGE a b INT, CHANGE b a INT")
        let other = try MariaDBServer(options: ["--binlog-row-metadata=NO_LOG"])
        try other.execute("CREATE DATABASE shop; CREATE TABLE shop.t (a INT, b INT)")
        let place = FormerPlace(position: checkpoint.position, log: log)
        // The other one is lost too, before the claim and behind it; and the first is back.
        try start(at: try end(of: other), .checkpoint(epoch: 1, former: place), claimed: nil, on: other)
        #expect(store.load()?.log != log)
        try start(at: checkpoint, .checkpoint(epoch: 1), claimed: nil)
        #expect(store.load()?.log == log)
        try start(at: try end(of: other), .checkpoint(epoch: 1, former: place), claimed: nil, on: other)
        try start(at: checkpoint, .checkpoint(epoch: 1), claimed: 2)
        #expect(former.load() == nil)
    }

    @Test func `a new beginning in files that is not claimed leaves what was kept`() throws {
        let schema = SchemaFile("CREATE TABLE shop.t (a INT, b INT)", path: "shop.sql", fingerprint: "1")
        let source = FilePipelineSource(path: "/nowhere", schema: schema, schemas: store)
        func place(_ offset: UInt64) -> ResumePosition {
            ResumePosition(
                position: BinlogPosition(file: "binlog.000001", offset: offset), gtids: "", commitMicroseconds: 0)
        }
        func start(at resume: ResumePosition, _ arrival: SchemaArrival, claimed epoch: UInt64?) throws {
            _ = try source.prepareSchemas(at: resume, of: arrival) { _, _ in true }
            guard let epoch else { return }
            try source.claimSchemas(epoch: epoch)
            try source.takeOverSchemas(at: resume) { _, _ in true }
            #expect(store.load()?.mark == "\(epoch)")
        }
        try start(at: place(4), .choice, claimed: 1)
        let kept = store.load()
        try start(at: place(900), .choice, claimed: nil)
        #expect(store.load() == kept)
        try start(at: place(500), .checkpoint(epoch: 1), claimed: 2)
        try start(at: place(900), .choice, claimed: 3)
        #expect(store.load()?.base == place(900).position)
    }
}
