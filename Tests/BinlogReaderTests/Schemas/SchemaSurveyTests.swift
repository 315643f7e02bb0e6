import MySQLClient
import Rows
import TestSupport
import Testing

@testable import BinlogReader

/// A history that begins in front of prepared transactions.
@Suite(.serialized) struct SchemaSurveyTests {
    private func start(_ kind: ServerKind) throws -> any DatabaseServer {
        let server = try kind.start(options: ["--binlog-row-metadata=\(kind == .mySQL ? "MINIMAL" : "NO_LOG")"])
        try server.execute(
            "CREATE DATABASE shop; CREATE TABLE shop.calm (a INT PRIMARY KEY); CREATE TABLE shop.t (a INT, b INT)")
        return server
    }

    /// Prepares `statements` as `xid`, and leaves them to whoever commits.
    private func prepare(_ xid: String, _ statements: String, on server: any DatabaseServer) throws {
        try server.execute("XA START '\(xid)'; \(statements); XA END '\(xid)'; XA PREPARE '\(xid)'", database: "shop")
    }

    private func history(_ server: any DatabaseServer) -> SchemaHistory {
        SchemaHistory(SourceServer(server.connectionOptions), serverID: 77, store: MemorySchemaStore()) { database, _ in
            database == "shop"
        }
    }

    /// The names of tables and columns of what is read from `place` on.
    private func read(
        _ server: any DatabaseServer, from place: BinlogPosition, _ schemas: SchemaHistory
    ) throws -> [String] {
        var options = ReaderOptions(selects: { database, _ in database == "shop" })
        options.schemas = schemas
        return try server.tablesOfLog(from: place, options).map(\.names)
    }

    @Test(arguments: ServerKind.allCases)
    func `prepared transactions on the way are looked through`(kind: ServerKind) throws {
        let server = try start(kind)
        let begin = try server.end()
        try server.execute("CREATE TABLE made (a INT, b INT)", database: "shop")
        try prepare("one", "INSERT INTO calm VALUES (1); INSERT INTO made VALUES (1, 2)", on: server)
        try prepare("gone", "INSERT INTO calm VALUES (2)", on: server)
        try server.execute("INSERT INTO calm VALUES (3)", database: "shop")
        try server.execute("XA COMMIT 'one'; XA ROLLBACK 'gone'")
        try server.execute(
            "XA START 'short'; INSERT INTO calm VALUES (4); XA END 'short'; XA COMMIT 'short' ONE PHASE",
            database: "shop")
        try server.execute("ALTER TABLE made CHANGE a b INT, CHANGE b a INT", database: "shop")
        try prepare("two", "INSERT INTO made VALUES (3, 4)", on: server)
        try server.execute("XA COMMIT 'two'")
        let history = history(server)
        _ = try history.open(at: begin, isCheckpoint: true)
        #expect(
            try read(server, from: begin, history) == ["calm a", "calm a", "made a,b", "calm a", "made b,a"])
    }

    @Test(arguments: ServerKind.allCases)
    func `rows of a prepared transaction that nobody can read are refused`(kind: ServerKind) throws {
        let server = try start(kind)
        let begin = try server.end()
        try prepare("one", "INSERT INTO t VALUES (1, 2)", on: server)
        let prepared = try server.end()
        try server.execute("XA COMMIT 'one'")
        let committed = try server.end()
        try server.execute("ALTER TABLE t CHANGE a b INT, CHANGE b a INT", database: "shop")
        let altered = try server.end()
        let refused = #expect(throws: SchemaHistoryError.self) {
            try history(server).open(at: begin, isCheckpoint: true)
        }
        #expect(refused?.description.contains("run --start \(altered)") == true, "\(String(describing: refused))")
        _ = try history(server).open(at: committed, isCheckpoint: true)
        // Behind the prepare the log shows no rows; that they come is seen where they are committed.
        let between = history(server)
        _ = try between.open(at: prepared, isCheckpoint: true)
        let place = LogPlace(event: prepared, start: prepared)
        let late = #expect(throws: SchemaHistoryError.self) {
            try between.answer(for: SourceServer.TableName(database: "shop", name: "t"), at: place)
        }
        #expect(late?.description.contains("changed it afterwards") == true, "\(String(describing: late))")
    }
}
