import Foundation
import MySQLClient
import TestSupport
import Testing

/// Values of every type, from a server to databases of MariaDB and MySQL: to tables as they are at the source, and to
/// those that `check` asks for.
@Suite(.serialized) struct MySQLTargetTests {
    @Test func `rows of every type are equal in MariaDB, in its tables and in those that check asks for`() throws {
        // Outside strict mode a missing geometry is an empty value, which no statement writes; and the CHECK of a JSON
        // column refuses what is no document.
        let tables = TypeTable.all.filter { !["no geometry", "no json"].contains($0.name) }
        let fixture = try MySQLTargetFixture(tables, sinks: [("same", .mariaDB), ("made", .mariaDB)])
        try fixture.createSameTables(in: "same")
        try fixture.createTables(sinks: ["made"])
        try fixture.execute(Self.emojiLabel, in: "made")
        try fixture.replicate()
        try fixture.expectSameRows(in: "same")
    }

    private static let beyondMySQL = ["838:59:59.9", "1e400", "12345678901234567890123.50"]

    @Test func `rows of every type are equal in MySQL`() throws {
        // What a column of MySQL holds: at most 30 digits behind the point, TIME to 838:59:59.000000, JSON as it knows it.
        var tables = TypeTable.all.filter { !["no geometry", "no json"].contains($0.name) }
        for index in tables.indices { tables[index].columns.removeAll { $0.definition.contains(",38)") } }
        tables = tables.without(Self.beyondMySQL)
        let fixture = try MySQLTargetFixture(tables, sinks: [("made", .mySQL)])
        try fixture.createTables(sinks: ["made"])
        try fixture.execute(Self.emojiLabel, in: "made")
        try fixture.replicate()
    }

    @Test func `rows of every type of MySQL are equal in MySQL, in its tables and in those that check asks for`() throws
    {
        // -0 is 0 to us; and no text makes a DECIMAL inside a document, which has more digits than its numbers.
        let tables = TypeTable.all(of: .mySQL).without(["-0e0", "CAST(1.50 AS JSON)", "JSON_ARRAY(1.50"])
        #expect(tables.contains { $0.name == "vectors" })
        let fixture = try MySQLTargetFixture(tables, from: .mySQL, sinks: [("same", .mySQL), ("made", .mySQL)])
        try fixture.createSameTables(in: "same")
        try fixture.createTables(sinks: ["made"])
        try fixture.execute(Self.emojiLabel, in: "made")
        try fixture.replicate()
        try fixture.expectSameRows(in: "same")
    }

    @Test func `vectors of MySQL are equal in MariaDB, which keeps their bytes`() throws {
        let tables = TypeTable.all(of: .mySQL).filter { $0.name == "vectors" }
        let fixture = try MySQLTargetFixture(tables, from: .mySQL, sinks: [("made", .mariaDB)])
        try fixture.createTables(sinks: ["made"])
        try fixture.replicate()
    }

    /// The information_schema of both, which `check` asks, shows such a label as `?`.
    private static let emojiLabel = "ALTER TABLE labels MODIFY c6 ENUM('😀','b')"
}

extension [TypeTable] {
    /// Without the values that contain one of `texts`.
    fileprivate func without(_ texts: [String]) -> [TypeTable] {
        map { table in
            var table = table
            let isLeftOut = { (value: String) in texts.contains { value.contains($0) } }
            for column in table.columns.indices { table.columns[column].values.removeAll(where: isLeftOut) }
            for column in (table.key ?? []).indices { table.key?[column].values.removeAll(where: isLeftOut) }
            return table
        }
    }
}

/// A source with tables of every type, and databases of other servers that are its targets.
private final class MySQLTargetFixture {
    let source: any DatabaseServer
    let database: String
    let configuration: String
    let servers: [String: any DatabaseServer]
    private let tables: [TypeTable]
    private let scratch: ScratchFolder

    init(_ tables: [TypeTable], from kind: ServerKind = .mariaDB, sinks: [(name: String, kind: ServerKind)]) throws {
        self.tables = tables
        // Its own: other tests' changes would move the place that verify waits for.
        source = try kind.start()
        scratch = try ScratchFolder()
        database = try source.makeDatabase("types")
        try source.connect().create(tables, in: database)
        var servers: [String: any DatabaseServer] = [:]
        var text = "[source]\nurl = \(source.url)\ntables = \(database).*\nheartbeat = 1\n"
        for sink in sinks {
            let server = try sink.kind.start()
            try server.execute("CREATE DATABASE \(database)")
            servers[sink.name] = server
            text += "[sink \(sink.name)]\nurl = \(server.url)/\(database)\n"
        }
        self.servers = servers
        configuration = try scratch.write(text, to: "replicator.conf")
    }

    /// Makes the target tables as the source has them, but for engines without transactions.
    func createSameTables(in sink: String) throws {
        let same = tables.map { table in
            var copy = table
            if copy.options.contains("MyISAM") || copy.options.contains("Aria") { copy.options = "" }
            return copy
        }
        try servers[sink]?.connect().create(same, in: database)
    }

    /// Makes the target tables for which `check` asks, in its own words.
    func createTables(sinks: [String]) throws {
        let check = try ReplicatorProcess.run(["check", "-c", configuration])
        #expect(check.end == .exited(3))
        for sink in sinks {
            // Names may hold a line feed.
            let findings = check.output.components(separatedBy: "\nsink ").filter { $0.hasPrefix("\(sink): ") }
            let statements = findings.compactMap {
                $0.components(separatedBy: "make it, for example: ").dropFirst().last
            }
            #expect(statements.count == tables.count)
            let session = try #require(servers[sink]).connect(database: database)
            for statement in statements {
                try session.execute(statement.trimmingCharacters(in: .whitespacesAndNewlines.union([";"])))
            }
        }
        let again = try ReplicatorProcess.run(["check", "-c", configuration])
        #expect(again.end == .exited(0), "\(again.output)")
    }

    /// As the servers themselves show them, without our reader.
    func expectSameRows(in sink: String) throws {
        let (source, target) = (try source.connect(), try #require(servers[sink]).connect())
        for table in tables {
            let expected = try ServerRows(of: table.name, in: database, source)
            let found = try ServerRows(of: table.name, in: database, target)
            #expect(!expected.rows.isEmpty)
            let isEqual = Set(expected.rows) == Set(found.rows)
            #expect(isEqual, "\(table.name): \(expected.rows.count) and \(found.rows.count) rows")
        }
    }

    func execute(_ statement: String, in sink: String) throws {
        try servers[sink]?.execute(statement, database: database)
    }

    /// Takes the tables through all values while `replicator run` copies them; `verify` must find all equal.
    func replicate() throws {
        let run = try ReplicatorProcess.reading(configuration, ["--start", "latest"], pipelines: servers.count)
        try source.connect().change(tables, in: database)
        let verify = try ReplicatorProcess.run(["verify", "-c", configuration], timeout: 120)
        #expect(verify.end == .exited(0), "\(verify.output)\(verify.errors)\(run.errors.suffix(3000))")
        let size = tables.count == 1 ? "1 table" : "\(tables.count) tables"
        #expect(verify.output.components(separatedBy: ": equal (\(size), ").count == servers.count + 1)
        run.signal(SIGTERM)
        #expect(try run.wait(timeout: 15) == .exited(0))
        #expect(!run.errors.contains("level=error"), "\(run.errors)")
    }
}
