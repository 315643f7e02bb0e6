import Foundation
import MySQLClient
import TestSupport
import Testing

/// `tail` of servers whose log does not name columns, while the tables change.
@Suite(.serialized) struct SchemaTailTests {
    /// Each statement, then a row: what is printed of the row, by column name.
    private static let steps: [(statement: String, row: String, printed: String)] = [
        ("CREATE TABLE t (id INT UNSIGNED PRIMARY KEY, a VARCHAR(9), b INT)", "1, 'one', -1", "id=1 a=\"one\" b=-1"),
        ("ALTER TABLE t ADD COLUMN c TINYINT UNSIGNED", "4294967295, 'é', 2, 255", "id=4294967295 a=\"é\" b=2 c=255"),
        ("ALTER TABLE t ADD d CHAR(3) CHARACTER SET latin1 FIRST", "'é', 3, 'x', 4, 5", "d=\"é\" id=3 a=\"x\" b=4 c=5"),
        ("ALTER TABLE t RENAME COLUMN b TO a2", "'', 4, 'x', 4, 5", "d=\"\" id=4 a=\"x\" a2=4 c=5"),
        (
            "DELETE FROM t; ALTER TABLE t CHANGE a2 b BIGINT UNSIGNED", "'', 5, 'x', 18446744073709551615, 5",
            "d=\"\" id=5 a=\"x\" b=18446744073709551615 c=5"
        ),
        (
            "DELETE FROM t; ALTER TABLE t MODIFY c ENUM('x','ü') AFTER d, MODIFY b VARBINARY(4)",
            "'', 'ü', 6, 'x', x'ff00'",
            "d=\"\" c=\"ü\" id=6 a=\"x\" b=\"/wA=\""
        ),
        ("ALTER TABLE t DROP COLUMN d, DROP c", "7, 'x', NULL", "id=7 a=\"x\" b=null"),
        ("ALTER TABLE t CONVERT TO CHARACTER SET latin1", "8, 'é', NULL", "id=8 a=\"é\" b=null"),
        ("TRUNCATE t", "9, 'é', NULL", "id=9 a=\"é\" b=null"),
        ("RENAME TABLE t TO u, u TO t", "10, 'é', NULL", "id=10 a=\"é\" b=null"),
        ("DROP TABLE t", "", ""),
        ("CREATE TABLE t (b INT, id INT PRIMARY KEY)", "1, 11", "b=1 id=11"),
    ]

    private func run(
        _ server: any DatabaseServer, _ steps: ArraySlice<(statement: String, row: String, printed: String)>
    ) throws {
        for step in steps {
            try server.execute("SET NAMES utf8mb4; \(step.statement)", database: "d")
            if !step.row.isEmpty {
                try server.execute("SET NAMES utf8mb4; INSERT INTO t VALUES (\(step.row))", database: "d")
            }
        }
    }

    private func rows(_ lines: [TailLine]) -> [String] {
        lines.compactMap(\.after).map { $0.map { "\($0.name)=\($0.value)" }.joined(separator: " ") }
    }

    private var printed: [String] { Self.steps.map(\.printed).filter { !$0.isEmpty } }

    private static let servers = [(ServerKind.mariaDB, "NO_LOG"), (.mariaDB, "MINIMAL"), (.mySQL, "MINIMAL")]

    @Test(arguments: servers)
    func `tables that change while they are followed keep their names`(_ kind: ServerKind, _ metadata: String) throws {
        let server = try kind.start(options: ["--binlog-row-metadata=\(metadata)"])
        try server.execute("CREATE DATABASE d CHARACTER SET utf8mb4")
        let tail = try ReplicatorProcess(["tail", server.url, "--tables", "d.*", "--start", "latest"])
        // Its rows show that it follows.
        try server.execute("CREATE TABLE d.follows (n INT); INSERT INTO d.follows VALUES (1)")
        try waitUntil("tail to follow: \(tail.errors)") {
            try server.execute("INSERT INTO d.follows VALUES (1)")
            return tail.output.contains("follows")
        }
        try run(server, Self.steps[...])
        try waitUntil("the last row: \(tail.errors)") { tail.output.contains("\"id\":11") || tail.end != nil }
        try tail.stop()
        let lines = try tail.output.utf8.split(separator: 0x0A).map { try TailLine($0) }
        #expect(rows(lines.filter { $0.table == "t" }) == printed)
        // The same once more, from the log.
        let again = try TailOutput([server.url, "--tables", "d.t", "--start", "earliest", "--until", "latest"])
        #expect(rows(again.lines) == printed, "\(again.errors)")
    }

    @Test(arguments: servers)
    func `a start before statements that cannot be told is refused, and one behind them reads`(
        _ kind: ServerKind, _ metadata: String
    ) throws {
        let server = try kind.start(options: ["--binlog-row-metadata=\(metadata)"])
        try server.execute(
            "CREATE DATABASE d; CREATE TABLE d.t (a INT, b INT); CREATE TABLE d.calm (a INT)")
        try server.flushLogs()
        let start = try server.binlogEnd()
        try server.execute("INSERT INTO d.calm VALUES (1); INSERT INTO d.t VALUES (1, 2); TRUNCATE d.calm")
        let alter = try server.binlogEnd()
        try server.execute("ALTER TABLE d.t CHANGE a b INT, CHANGE b a INT")
        let end = try server.binlogEnd()
        try server.execute("INSERT INTO d.t VALUES (3, 4); INSERT INTO d.calm VALUES (2)")
        func tail(_ place: (file: String, offset: UInt64), _ tables: String = "d.*") throws -> TailOutput {
            try TailOutput([
                server.url, "--tables", tables, "--start", "\(place.file):\(place.offset)", "--until", "latest",
            ])
        }
        let refused = try tail(start)
        #expect(refused.end == .exited(1))
        #expect(refused.lines.isEmpty)
        for part in ["d.t at \(start.file):", "changed it afterwards", "--start \(end.file):\(end.offset)", "!d.t"] {
            #expect(refused.errors.contains(part), "\(refused.errors)")
        }
        #expect(rows(try tail(start, "d.*, !d.t").lines) == ["a=1", "a=2"])
        #expect(rows(try tail(alter).lines) == ["b=3 a=4", "a=2"])
        #expect(rows(try tail(end).lines) == ["b=3 a=4", "a=2"])
    }

    /// The swap shows nowhere but in names.
    @Test(arguments: servers)
    func `statements race with the history's beginning`(_ kind: ServerKind, _ metadata: String) throws {
        let server = try kind.start(options: ["--binlog-row-metadata=\(metadata)"])
        try server.execute("CREATE DATABASE d; CREATE TABLE d.t (a INT, b INT)")
        let tails = try (1...4).map { count in
            let tail = try ReplicatorProcess(["tail", server.url, "--tables", "d.t", "--start", "latest"])
            let end = ContinuousClock.now + .seconds(120)
            while tail.output.utf8.count(where: { $0 == 0x0A }) < 30, tail.end == nil, ContinuousClock.now < end {
                try server.execute(
                    """
                    INSERT INTO t (a, b) VALUES (1, 2); ALTER TABLE t CHANGE a b INT, CHANGE b a INT;
                    INSERT INTO t (a, b) VALUES (1, 2); ALTER TABLE t ADD x\(count) INT FIRST; INSERT INTO t (a, b) VALUES (1, 2);
                    ALTER TABLE t DROP x\(count); INSERT INTO t (a, b) VALUES (1, 2)
                    """, database: "d")
            }
            return tail
        }
        for tail in tails {
            #expect(tail.end == nil, "\(tail.errors)")
            if tail.end == nil { try tail.stop() }
            let lines = try tail.output.utf8.split(separator: 0x0A).map { try TailLine($0) }
            #expect(lines.count >= 30, "\(tail.errors)")
            for line in lines {
                let named = (line.after ?? []).filter { $0.name == "a" || $0.name == "b" }.map {
                    "\($0.name)=\($0.value)"
                }
                #expect(named.sorted() == ["a=1", "b=2"], "\(line.place)")
            }
        }
    }
}
