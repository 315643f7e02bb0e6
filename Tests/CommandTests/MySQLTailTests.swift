import Foundation
import MySQLClient
import TestSupport
import Testing

/// `replicator tail` of Oracle MySQL: what it prints is what `SELECT` shows, and what `mysqlbinlog` decodes.
@Suite(.serialized) struct MySQLTailTests {
    /// Its global settings are the tests' to change.
    private static let server = Result { try MySQLServer() }

    private let server: MySQLServer
    private let session: Connection

    init() throws {
        server = try Self.server.get()
        session = try server.connect()
    }

    @Test func `every type prints as SELECT shows it, from the server and from its files`() throws {
        let tables = TypeTable.all(of: .mySQL)
        let database = try server.makeDatabase("tail")
        let start = try server.binlogEnd()
        try session.create(tables, in: database)
        try session.change(tables, in: database)
        let range = ["--start", "\(start.file):\(start.offset)", "--until", "latest"]
        let live = try TailOutput([server.url] + range)
        #expect(live.end == .exited(0))
        #expect(live.errors == "")
        let files = try TailOutput(["file:\(server.dataDirectory)", "--start", range[1]])
        #expect(files.end == .exited(0))
        #expect(files.lines.map(\.text) == live.lines.map(\.text))

        try TailReplay.expectEqual(live.lines, tables, in: database, try server.connect())
    }

    @Test func `every type decodes as mysqlbinlog decodes it`() throws {
        let database = "dätä`b'ase \"1\""
        try session.execute("CREATE DATABASE \(Connection.identifier(database))")
        // It knows no geometry, and gives up on an event that has one.
        let tables = TypeTable.all(of: .mySQL).filter { $0.name != "geometry" }
        let path = try server.log {
            try session.create(tables, in: database)
            try session.change(tables, in: database)
        }
        try TailComparison(session, .mySQL).compare(path, minimum: 600)
    }

    @Test func `statements of many events decode as mysqlbinlog decodes them`() throws {
        let database = try server.makeDatabase()
        let path = try server.log {
            try session.execute("USE \(database)")
            try session.execute("CREATE TABLE a (n INT PRIMARY KEY, t TEXT)")
            try session.execute("CREATE TABLE b LIKE a")
            try session.execute("CREATE TABLE plain (n INT) ENGINE=MyISAM")
            try session.execute(
                "INSERT INTO a WITH RECURSIVE s (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM s WHERE i < 20) "
                    + "SELECT i, REPEAT('x', 3000) FROM s")
            try session.execute("BEGIN")
            try session.execute("SET timestamp = 1600000000.123456")
            try session.execute("INSERT INTO b SELECT * FROM a WHERE n < 6")
            try session.execute("SAVEPOINT here")
            try session.execute("INSERT INTO b VALUES (100, 'gone')")
            try session.execute("ROLLBACK TO here")
            try session.execute("SET timestamp = 1700000000")
            try session.execute("UPDATE a, b SET a.t = 'a', b.t = REPEAT('b', 9000) WHERE a.n = b.n")
            try session.execute("SET timestamp = DEFAULT")
            try session.execute("DELETE a, b FROM a JOIN b USING (n)")
            try session.execute("COMMIT")
            try session.execute("INSERT INTO plain VALUES (1), (2)")
            try session.execute("REPLACE INTO a VALUES (10, 'new'), (11, NULL), (99, '')")
            // With a tag in its GTID.
            try session.execute("SET gtid_next = 'AUTOMATIC:tag_of_9'")
            try session.execute("INSERT INTO a VALUES (200, 'tagged')")
            try session.execute("SET gtid_next = 'AUTOMATIC'")
        }
        let lines = try TailComparison(session, .mySQL).compare(path, minimum: 30)
        #expect(lines.last?.gtid?.contains(":tag_of_9:1") == true)
    }

    @Test func `files without checksums decode as mysqlbinlog decodes them`() throws {
        let database = try server.makeDatabase()
        try session.execute("SET GLOBAL binlog_checksum = NONE")
        defer { _ = try? session.execute("SET GLOBAL binlog_checksum = CRC32") }
        let tables = Array(TypeTable.all(of: .mySQL).prefix(6))
        let path = try server.log {
            try session.create(tables, in: database)
            try session.change(tables, in: database)
        }
        try TailComparison(session, .mySQL).compare(path, minimum: 100)
    }

    @Test func `a key that the server made itself is a column, as in the log`() throws {
        let database = try server.makeDatabase()
        let start = try server.binlogEnd()
        try session.execute("SET SESSION sql_generate_invisible_primary_key = ON")
        try session.execute("CREATE TABLE \(database).t (v INT)")
        try session.execute("INSERT INTO \(database).t VALUES (5), (6)")
        try session.execute("UPDATE \(database).t SET v = 7 WHERE v = 6")
        let tail = try TailOutput([server.url, "--start", "\(start.file):\(start.offset)", "--until", "latest"])
        #expect(
            tail.lines.map { ($0.after ?? []).map { "\($0.name)=\($0.value)" }.joined(separator: " ") }
                == ["my_row_id=1 v=5", "my_row_id=2 v=6", "my_row_id=2 v=7"])
    }
}
