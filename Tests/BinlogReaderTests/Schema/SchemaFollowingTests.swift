import MySQLClient
import Rows
import TestSupport
import Testing

@testable import BinlogReader

/// What a catalogue makes of DDL is what the server made of it: information_schema is the judge.
@Suite(.serialized) struct SchemaFollowingTests {
    @Test(arguments: ServerKind.allCases)
    func `tables of every type are read as the server describes them`(kind: ServerKind) throws {
        let follower = try SchemaFollower(kind.following())
        for types in TypeTable.all(of: kind) {
            try follower.run("SET sql_mode = ''")
            try follower.run(types.creation)
            try follower.compare(after: types.name)
            try follower.run("DROP TABLE \(Connection.identifier(types.name))")
        }
        #expect(follower.faults.map { "\($0)" } == [])
    }

    @Test(arguments: ServerKind.allCases)
    func `statements of every form are followed`(kind: ServerKind) throws {
        let follower = try SchemaFollower(kind.following())
        var refused: [String] = []
        for script in SchemaScripts.scripts(for: kind) {
            try follower.reconnect()
            for statement in script {
                if let refusal = try follower.attempt(statement) { refused.append("\(statement): \(refusal)") }
                try follower.compare(after: statement)
            }
            try follower.run("DROP DATABASE `\(follower.database)`")
            try follower.run("CREATE DATABASE `\(follower.database)` CHARACTER SET utf8mb4")
        }
        // Scripts are for the server that takes them.
        #expect(refused == [])
        // MariaDB takes the default of the session's database, which the statement does not tell, and MySQL keeps its own
        // key in front.
        let untold = kind == .mySQL ? "ALTER TABLE gipk ADD b INT FIRST" : "CHARACTER SET DEFAULT"
        let faults = follower.faults.filter { !$0.statement.contains(untold) }
        #expect(faults.map { "\($0)" } == [])
    }

    /// Generated columns of both kinds and invisible ones too; hidden ones behind them.
    @Test(arguments: ServerKind.allCases)
    func `the log has the columns of the catalogue`(kind: ServerKind) throws {
        let server = try kind.following()
        let follower = try SchemaFollower(server)
        let start = try server.binlogEnd()
        // SHOW BINLOG EVENTS does not show labels of all characters.
        let tables = TypeTable.all(of: kind).filter { $0.options.isEmpty && $0.name != "labels" }
        try follower.session.create(tables, in: follower.database)
        try follower.session.change(tables, in: follower.database)
        let database = follower.database
        let position = BinlogPosition(file: start.file, offset: start.offset)
        let hints = InformationSchemaHints(server.connectionOptions)
        let reader = ChangeReader(
            source: try FileSource(path: server.dataDirectory, start: position), start: position,
            options: ReaderOptions(selects: { name, _ in name == database }, hints: hints))
        let end = try server.binlogEnd()
        try follower.run("SELECT 1")
        var seen: Set<String> = []
        while reader.position.file != end.file || reader.position.offset < end.offset, let event = try reader.next() {
            guard case .rows(let batch) = event, seen.insert(batch.table.name).inserted else { continue }
            let schema = try #require(
                follower.catalogue[SchemaCatalogue.Name(database: database, name: batch.table.name)])
            #expect(schema.columns.map(\.name) == batch.table.columns.map(\.name))
            #expect(schema.columns.map(\.type) == batch.table.columns.map(\.type), "\(batch.table.name)")
            #expect(schema.columns.map(\.isNullable) == batch.table.columns.map(\.isNullable))
            #expect(schema.primaryKey == batch.table.primaryKey, "\(batch.table.name)")
        }
        #expect(seen == Set(tables.map(\.name)))
    }
}
