import Foundation
import MySQLClient
import TestSupport
import Testing

/// MariaDB with full metadata, which leave UUID, INET4, INET6, JSON and versions open: rows from before an ALTER of such
/// columns print as SELECT showed them then.
@Suite(.serialized) struct SchemaHintsTests {
    private let server: MariaDBServer

    init() throws {
        server = try MariaDBServer()
        try server.execute("CREATE DATABASE d CHARACTER SET utf8mb4")
    }

    private static let creation = """
        CREATE TABLE t (id INT PRIMARY KEY, v VARCHAR(9), u UUID, i INET6, f INET4, j JSON,
        l LONGTEXT COLLATE utf8mb4_bin, b BINARY(16))
        """
    private static let alteration = """
        DELETE FROM t; ALTER TABLE t MODIFY u BINARY(16), MODIFY i BINARY(16), MODIFY f BINARY(4),
        MODIFY j LONGTEXT COLLATE utf8mb4_bin, MODIFY l JSON, MODIFY b UUID
        """
    private static let uuid = "'123e4567-e89b-12d3-a456-426614174000'"

    private func insertBefore(_ id: Int, _ printed: inout [String]) throws {
        try server.execute(
            "INSERT INTO t VALUES (\(id), 'v', \(Self.uuid), '::1', '1.2.3.4', '[1]', '[2]', '0123456789abcdef')",
            database: "d")
        try note(
            """
            SELECT CONCAT('id=', id, ' v="v" u="', u, '" i="', i, '" f="', f, '" j=', j, ' l="', l, '" b="', TO_BASE64(b),
            '"') FROM t WHERE id = \(id)
            """, &printed)
    }

    private func insertBehind(_ id: Int, _ printed: inout [String]) throws {
        try server.execute(
            "INSERT INTO t VALUES (\(id), 'v', '0123456789abcdef', '0123456789abcdef', 'abcd', '[1]', '[2]', \(Self.uuid))",
            database: "d")
        try note(
            """
            SELECT CONCAT('id=', id, ' v="v" u="', TO_BASE64(u), '" i="', TO_BASE64(i), '" f="', TO_BASE64(f), '" j="', j,
            '" l=', l, ' b="', b, '"') FROM t WHERE id = \(id)
            """, &printed)
    }

    private func note(_ sql: String, _ printed: inout [String]) throws {
        printed.append(try #require(try server.query(sql, database: "d").first?.first ?? nil))
    }

    private func rows(_ lines: [TailLine]) -> [String] {
        lines.compactMap(\.after).map { $0.map { "\($0.name)=\($0.value)" }.joined(separator: " ") }
    }

    private func tail(_ start: (file: String, offset: UInt64), _ tables: String = "d.t") throws -> TailOutput {
        try TailOutput([
            server.url, "--tables", tables, "--start", "\(start.file):\(start.offset)", "--until", "latest",
        ])
    }

    @Test func `a replay across an ALTER prints what SELECT printed before it`() throws {
        let start = try server.binlogEnd()
        try server.execute(Self.creation, database: "d")
        let created = try server.binlogEnd()
        var printed: [String] = []
        try insertBefore(1, &printed)
        // A new file is no reason to ask for what is now.
        try server.flushLogs()
        try insertBefore(2, &printed)
        try server.execute(Self.alteration, database: "d")
        let altered = try server.binlogEnd()
        try insertBehind(3, &printed)
        let all = try tail(start)
        #expect(all.end == .exited(0), "\(all.errors)")
        #expect(rows(all.lines) == printed)
        // Behind the CREATE TABLE nobody can tell any more, and the error says from where on.
        let refused = try tail(created)
        #expect(refused.end == .exited(1))
        #expect(refused.lines.isEmpty)
        for part in [
            "d.t at \(created.file):", "columns u, i, f, j, l, b were UUID",
            "--start \(altered.file):\(altered.offset)",
        ] {
            #expect(refused.errors.contains(part), "\(refused.errors)")
        }
        #expect(rows(try tail(altered).lines) == [printed[2]])
    }

    @Test func `statements that name none of the open columns leave them as they are`() throws {
        try server.execute(Self.creation, database: "d")
        let start = try server.binlogEnd()
        var printed: [String] = []
        try insertBefore(1, &printed)
        try server.execute(
            "ALTER TABLE t ADD x INT, DROP COLUMN v, ADD KEY k (x); ALTER TABLE t RENAME COLUMN x TO y; CREATE INDEX k2 ON t (y)",
            database: "d")
        try server.execute(
            "INSERT INTO t VALUES (2, \(Self.uuid), '::1', '1.2.3.4', '[1]', '[2]', '0123456789abcdef', 7)",
            database: "d")
        printed.append(printed[0].replacing("id=1 v=\"v\"", with: "id=2") + " y=7")
        let all = try tail(start)
        #expect(all.end == .exited(0), "\(all.errors)")
        #expect(rows(all.lines) == printed)
    }

    @Test func `tables that change while they are followed print as SELECT shows them`() throws {
        try server.execute(Self.creation, database: "d")
        let tail = try ReplicatorProcess(["tail", server.url, "--tables", "d.*", "--start", "latest"])
        try server.execute("CREATE TABLE d.follows (n INT)")
        try waitUntil("tail to follow: \(tail.errors)") {
            try server.execute("INSERT INTO d.follows VALUES (1)")
            return tail.output.contains("follows")
        }
        var printed: [String] = []
        try insertBefore(1, &printed)
        try server.execute(Self.alteration, database: "d")
        try insertBehind(2, &printed)
        try server.execute(
            "CREATE TABLE IF NOT EXISTS t (id INT PRIMARY KEY, u UUID); RENAME TABLE t TO s, s TO t", database: "d")
        try insertBehind(3, &printed)
        try waitUntil("the last row: \(tail.errors)") { tail.output.contains("\"id\":3") || tail.end != nil }
        try tail.stop()
        let lines = try tail.output.utf8.split(separator: 0x0A).map { try TailLine($0) }
        #expect(rows(lines.filter { $0.table == "t" }) == printed)
    }

    @Test func `versions are told as long as there were some`() throws {
        let start = try server.binlogEnd()
        try server.execute("CREATE TABLE v (id INT PRIMARY KEY, a INT) WITH SYSTEM VERSIONING", database: "d")
        try server.execute("INSERT INTO v VALUES (1, 1); UPDATE v SET a = 2", database: "d")
        try server.execute("ALTER TABLE v DROP SYSTEM VERSIONING; INSERT INTO v VALUES (2, 2)", database: "d")
        let all = try tail(start, "d.v")
        #expect(all.end == .exited(0), "\(all.errors)")
        #expect(rows(all.lines) == ["id=1 a=1", "id=1 a=2", "id=2 a=2"])
        #expect(all.lines.map(\.operation) == ["insert", "update", "insert"])
    }
}
