import MySQLClient
import Rows
import TestSupport
import Testing

@testable import BinlogReader

/// What a history knows of some columns of a table, where the log names them.
@Suite struct SchemaSparedTests {
    private let server: MariaDBServer
    private let name = SourceServer.TableName(database: "shop", name: "t")

    init() throws {
        server = try MariaDBServer()
        try server.execute("CREATE DATABASE shop; CREATE TABLE shop.t (id INT, j JSON, u UUID)")
    }

    private func open(_ store: MemorySchemaStore, at place: BinlogPosition) throws -> SchemaHistory {
        let history = SchemaHistory(SourceServer(server.connectionOptions), serverID: 77, store: store) { database, _ in
            database == "shop"
        }
        _ = try history.open(at: place, isCheckpoint: false)
        return history
    }

    @Test func `it is kept, so that the log is looked through once, and not with the stream open`() throws {
        let begin = try server.end()
        try server.execute("INSERT INTO t VALUES (1, '[1]', UUID()); ALTER TABLE t ADD COLUMN x INT", database: "shop")
        let altered = try server.end()
        try server.execute("ALTER TABLE t MODIFY u BINARY(16)", database: "shop")
        let store = MemorySchemaStore()
        _ = try open(store, at: begin)
        for place in [begin, altered] {
            let spared = try open(store, at: place).spared[name]
            #expect(spared?.columns == ["id", "j"], "\(place)")
            #expect(spared?.knowsPeriod == true)
        }
    }

    @Test func `a statement ends it for a restart too`() throws {
        let begin = try server.end()
        try server.execute("INSERT INTO t VALUES (1, '[1]', UUID()); ALTER TABLE t ADD COLUMN x INT", database: "shop")
        let store = MemorySchemaStore()
        let history = try open(store, at: begin)
        let place = try server.end()
        let text = "ALTER TABLE shop.t MODIFY j LONGTEXT COLLATE utf8mb4_bin"
        try server.execute(text)
        let next = try server.end()
        _ = try history.take(
            LoggedStatement(
                text: Array(text.utf8), context: StatementContext(database: "shop"),
                place: LogPlace(event: place, start: place), next: next))
        #expect(history.spared[name] == nil)
        #expect(try open(store, at: next).spared[name] == nil)
        #expect(try open(store, at: begin).spared[name]?.columns.contains("j") == true)
    }

    @Test func `behind an event that cannot be read nothing is known`() throws {
        let place = try server.end()
        let live = try SourceServer(server.connectionOptions).liveSchemas { $0 == name }
        var known = try SourceServer(server.connectionOptions).emptyCatalogue { $0 == name }
        known.isPartial = true
        let survey = SchemaSurvey(known: known, live: live, wrongDatabases: [], stopper: StreamStopper())
        #expect(survey.untouched == [name])
        survey.cut = EventError(position: place, eventType: "event", cause: .unknownEventType(99))
        #expect(survey.untouched.isEmpty)
        #expect(survey.untouchedDatabases.isEmpty)
    }
}
