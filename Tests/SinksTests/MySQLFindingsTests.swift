import Foundation
import Rows
import TestSupport
import Testing

@testable import Sinks

/// What `check` finds at a MySQL or MariaDB target, before a row is written.
struct MySQLFindingsTests {
    private let users = Table("t", [("id", .int), ("name", .varchar)])

    private func findings(
        _ schema: String, _ tables: Table..., on kind: ServerKind = .mariaDB, options: [String: String] = [:]
    ) throws -> [String] {
        try MySQLSinkFixture(schema, on: kind, options: options).sink.findings(for: tables)
    }

    @Test(arguments: ServerKind.allCases)
    func `a table that fits has none`(kind: ServerKind) throws {
        for schema in [
            "CREATE TABLE t (ID INT PRIMARY KEY, Name VARCHAR(20) NOT NULL, x INT, y INT NOT NULL DEFAULT 1)",
            "CREATE TABLE t (name TEXT, id BIGINT NOT NULL, UNIQUE (id), n INT AUTO_INCREMENT PRIMARY KEY)",
            "CREATE TABLE t (id INT PRIMARY KEY, name LONGTEXT, seen TIMESTAMP DEFAULT NOW() ON UPDATE NOW())",
            "CREATE TABLE t (id INT PRIMARY KEY, name VARCHAR(9), twice INT AS (id * 2) STORED, UNIQUE (twice))",
        ] {
            #expect(try findings(schema, users, on: kind) == [], "\(schema)")
        }
    }

    @Test(arguments: ServerKind.allCases)
    func `what would lose or change rows is found, with the statement that mends it`(kind: ServerKind) throws {
        for (schema, finding) in [
            ("", "has no table t; make it, for example: CREATE TABLE `t` (`id` INT NOT NULL, `name` LONGTEXT NULL"),
            ("CREATE TABLE t (id INT PRIMARY KEY)", "t lacks column name: ALTER TABLE `t` ADD COLUMN `name` LONGTEXT;"),
            (
                "CREATE TABLE t (id INT, name TEXT)",
                "exactly (id), by which its rows are found: ALTER TABLE `t` ADD UNIQUE"
            ),
            (
                "CREATE TABLE t (id INT, x INT DEFAULT 1, name TEXT, PRIMARY KEY (id, x))",
                "no primary key or unique index"
            ),
            (
                "CREATE TABLE t (id FLOAT PRIMARY KEY, name TEXT)",
                "t.id is declared float, which would change or refuse some values of integers: ALTER TABLE `t` MODIFY `id` INT;"
            ),
            ("CREATE TABLE t (id INT PRIMARY KEY, name TEXT, x INT NOT NULL)", "t.x is NOT NULL without a default"),
            (
                "CREATE TABLE t (id INT PRIMARY KEY, name TEXT) ENGINE = MyISAM",
                "engine MyISAM, which cannot be written in one transaction with the position: ALTER TABLE `t` ENGINE = InnoDB;"
            ),
            ("CREATE TABLE u (id INT PRIMARY KEY, name TEXT); CREATE VIEW t AS SELECT * FROM u", "t is a view"),
            (
                "CREATE TABLE t (id INT PRIMARY KEY, name TEXT); CREATE TRIGGER g AFTER INSERT ON t FOR EACH ROW SET @a = 1",
                "triggers (g), which would run for every change that is applied: drop them, or set triggers = allow"
            ),
            (
                "CREATE TABLE p (id INT PRIMARY KEY); CREATE TABLE t (id INT PRIMARY KEY, name TEXT, "
                    + "CONSTRAINT c FOREIGN KEY (id) REFERENCES p (id) ON DELETE CASCADE)",
                "foreign key c of table t to p says ON DELETE CASCADE"
            ),
        ] {
            let findings = try findings(schema, users, on: kind)
            #expect(findings.count == 1, "\(schema): \(findings)")
            #expect(findings.first?.contains(finding) == true, "\(schema): \(findings)")
        }
    }

    @Test(arguments: ServerKind.allCases)
    func `settings allow triggers and ignore foreign keys`(kind: ServerKind) throws {
        let schema = """
            CREATE TABLE p (id INT PRIMARY KEY);
            CREATE TABLE t (id INT PRIMARY KEY, name TEXT, FOREIGN KEY (id) REFERENCES p (id) ON DELETE CASCADE);
            CREATE TRIGGER g AFTER INSERT ON t FOR EACH ROW SET @a = 1
            """
        let options = ["triggers": "allow", "foreign-keys": "ignore"]
        #expect(try findings(schema, users, on: kind, options: options) == [])
    }

    // MARK: Keys

    /// The source's collation, the target's, and whether the target tells apart what the source does.
    @Test(arguments: [
        ("utf8mb4_general_ci", "utf8mb4_general_ci", true), ("utf8mb3_general_ci", "utf8mb4_general_ci", true),
        ("ascii_general_ci", "utf8mb4_general_ci", true), ("utf8mb4_bin", "utf8mb4_bin", true),
        ("latin1_swedish_ci", "utf8mb4_bin", true), ("utf8mb4_general_ci", "utf8mb4_nopad_bin", true),
        ("utf8mb4_nopad_bin", "utf8mb4_nopad_bin", true), ("utf8mb4_0900_bin", "utf8mb4_0900_bin", true),
        ("utf8mb4_bin", "utf8mb4_general_ci", false), ("utf8mb4_bin", "utf8mb4_0900_as_cs", false),
        ("utf8mb4_general_ci", "utf8mb4_unicode_ci", false), ("utf8mb4_general_ci", "utf8mb4_0900_ai_ci", false),
        ("utf8mb4_0900_as_cs", "utf8mb4_0900_ai_ci", false), ("latin1_swedish_ci", "utf8mb4_general_ci", false),
        ("utf8mb4_general_nopad_ci", "utf8mb4_general_ci", false), ("utf8mb4_general_nopad_ci", "utf8mb4_bin", false),
        ("utf8mb4_0900_bin", "utf8mb4_bin", false), ("utf8mb4_0900_ai_ci", "utf8mb4_bin", false),
    ])
    func `a coarser collation of a key is known`(source: String, target: String, tellsApart: Bool) throws {
        let collation = try #require(Collation(name: source))
        #expect(MySQLKeyCollation.tellsApart(collation, in: target) == tellsApart)
    }

    @Test func `a key of unknown collation is told apart by bytes only`() {
        #expect(!MySQLKeyCollation.tellsApart(.unknown, in: "utf8mb4_general_ci"))
        #expect(!MySQLKeyCollation.tellsApart(.unknown, in: "utf8mb4_bin"))
        #expect(MySQLKeyCollation.tellsApart(.unknown, in: "utf8mb4_nopad_bin"))
    }

    /// As it would happen: two keys of the source are one of the target, which the finding's own statement mends.
    @Test(arguments: ServerKind.allCases)
    func `a key that the target would take for another is refused before a row is lost`(kind: ServerKind) throws {
        let fixture = try MySQLSinkFixture("CREATE TABLE t (id VARCHAR(20) PRIMARY KEY, v INT)", on: kind)
        let bin = ColumnType.text(try #require(Collation(name: "utf8mb4_bin")))
        let table = Table("t", [("id", bin), ("v", .int)])
        let finding = try #require(try fixture.sink.findings(for: [table]).first)
        #expect(finding.contains("key column t.id has collation utf8mb4_"), "\(finding)")
        #expect(finding.contains("takes different keys of the source (utf8mb4_bin) for one"), "\(finding)")
        let batch = RowBatch(table, [.insert(["a", 1]), .insert(["A", 2]), .insert(["ä", 3])])
        let error = #expect(throws: SinkError.self) { try fixture.write(batch) }
        #expect(error?.disposition == .fatal)
        #expect(error?.message.contains(finding) == true, "\(error?.message ?? "")")
        let mending = try #require(finding.components(separatedBy: "for one: ").last)
        try fixture.execute(mending)
        #expect(try fixture.sink.findings(for: [table]) == [])
        #expect(try fixture.write(batch) == WriteCounts())
        #expect(try fixture.rows(of: table) == [["A", "2"], ["a", "1"], ["ä", "3"]])
    }

    @Test(arguments: ServerKind.allCases)
    func `a key that moves by itself stays where it is`(kind: ServerKind) throws {
        let fixture = try MySQLSinkFixture(
            """
            CREATE TABLE t (at TIMESTAMP NOT NULL DEFAULT CURRENT_TIMESTAMP ON UPDATE CURRENT_TIMESTAMP PRIMARY KEY,
                v INT, u INT UNIQUE)
            """, on: kind)
        let table = Table("t", [("at", .timestamp(fractionDigits: 0)), ("v", .int)])
        let time = SampleValue.int(1_600_000_000_000_000)
        try fixture.write(RowBatch(table, [.insert([time, 1])]))
        let counts = try fixture.write(RowBatch(table, [.update([time, 1], [time, 2])]))
        #expect(counts == WriteCounts())
        #expect(try fixture.rows(of: table) == [["2020-09-13 12:26:40", "2"]])
    }

    @Test(arguments: ServerKind.allCases)
    func `a TIMESTAMP that would turn NULL into now is found`(kind: ServerKind) throws {
        let server = try kind.start(options: ["--explicit-defaults-for-timestamp=OFF"])
        let fixture = try MySQLSinkFixture(
            "CREATE TABLE t (id INT PRIMARY KEY, at TIMESTAMP NOT NULL DEFAULT '2020-01-01')", server: server)
        let table = Table("t", [("id", .int), ("at", .timestamp(fractionDigits: 0))])
        let finding = try #require(try fixture.sink.findings(for: [table]).first)
        #expect(finding.contains("explicit_defaults_for_timestamp = OFF"), "\(finding)")
        try fixture.execute(try #require(finding.components(separatedBy: "of a NULL: ").last))
        #expect(try fixture.sink.findings(for: [table]) == [])
        try fixture.write(RowBatch(table, [.insert([1, nil])]))
        #expect(try fixture.rows(of: table) == [["1", nil]])
        try server.stop()
    }

    @Test func `two tables that the target takes for one are found`() throws {
        let server = try MariaDBServer(options: ["--lower-case-table-names=1"])
        let schema = "CREATE TABLE t (id INT PRIMARY KEY, name VARCHAR(20))"
        let fixture = try MySQLSinkFixture(schema, server: server)
        let capital = Table("T", [("id", .int), ("name", .varchar)])
        #expect(try fixture.sink.findings(for: [capital]) == [])
        let findings = try fixture.sink.findings(for: [users, capital])
        #expect(findings.count == 1)
        #expect(findings.first?.contains("would both be written to table T") == true, "\(findings)")
        try server.stop()
        // Where names differ by their capitals, these are two.
        let exact = try MySQLSinkFixture(schema + "; " + schema.replacing("TABLE t", with: "TABLE T"))
        #expect(try exact.sink.findings(for: [users, capital]) == [])
    }

    // MARK: Privileges

    @Test(arguments: ServerKind.allCases)
    func `missing privileges are found, and the statements of the findings mend them`(kind: ServerKind) throws {
        let server = try kind.start()
        try server.execute(
            "CREATE DATABASE dw; CREATE TABLE dw.t (id INT PRIMARY KEY, name VARCHAR(20)); CREATE USER writer@'127.0.0.1'"
        )
        // So that it may connect to the database at all.
        try server.execute("GRANT SELECT (id) ON dw.t TO writer@'127.0.0.1'")
        var options = SinkOptions([:])
        let sink = try SinkFactory.makeSink(
            url: "mysql://writer@127.0.0.1:\(server.port)/dw", options: &options, baseDirectory: "/")
        var findings = try sink.findings(for: [users])
        #expect(
            findings.contains { $0.contains("the user lacks INSERT, UPDATE, DELETE on `dw`.`t`") },
            "\(findings)")
        #expect(findings.contains { $0.contains("CREATE") && $0.contains("`replicator_checkpoint`") }, "\(findings)")
        #expect(findings.contains { $0.contains("GRANT TRIGGER ON `dw`.* TO 'writer'@'127.0.0.1';") }, "\(findings)")
        // What it may not see is not said to be missing.
        #expect(!findings.contains { $0.contains("has no table") || $0.contains("lacks column") }, "\(findings)")
        for _ in 0..<2 {
            for finding in findings {
                let grant = try #require(finding.firstRange(of: "GRANT "))
                let end = try #require(finding.firstIndex(of: ";"))
                try server.execute(String(finding[grant.lowerBound..<end]))
            }
            findings = try sink.findings(for: [users])
        }
        #expect(findings == [])
        // They are all that it takes.
        let store = try #require(try sink.makeCheckpointStore(pipeline: "p"))
        #expect(try store.epoch() == nil)
        let epoch = try store.claim().epoch
        #expect(try store.epoch() == epoch)
        try store.replace(
            with: PipelineCheckpoint(keyBy: "", mapping: "", start: "", lanes: [SinkCrashTests.lane(1)]), epoch: epoch)
        _ = try sink.makeWriter(pipeline: "p", lane: 0, epoch: epoch).write(
            [RowBatch(users, [.insert([1, "a"]), .update([1, "a"], [1, "b"]), .delete([2, "x"])])],
            checkpoint: SinkCrashTests.lane(2))
        #expect(try server.query("SELECT * FROM dw.t") == [["1", "b"]])
        #expect(try sink.findings(for: [users]) == [])
        try server.stop()
    }

    @Test func `where triggers cannot be seen, no change is left out`() throws {
        let server = try MariaDBServer()
        try server.execute("CREATE USER writer@'%'; GRANT SELECT, INSERT, UPDATE, DELETE, CREATE ON *.* TO writer@'%'")
        let fixture = try MySQLSinkFixture(
            """
            CREATE TABLE t (id INT PRIMARY KEY, name VARCHAR(20)); CREATE TABLE log (name VARCHAR(20));
            CREATE TRIGGER i AFTER INSERT ON t FOR EACH ROW INSERT INTO log VALUES (NEW.name);
            CREATE TRIGGER u AFTER UPDATE ON t FOR EACH ROW INSERT INTO log VALUES (NEW.name)
            """, options: ["triggers": "allow"], server: server, user: "writer")
        #expect(try fixture.sink.findings(for: [users]) == [])
        try fixture.write(
            RowBatch(
                users, [.insert([1, "0"])] + (1..<30).map { .update([1, ""], [1, .bytes(Array("\($0)".utf8))]) }))
        #expect(try fixture.query("SELECT COUNT(*) FROM log") == [["30"]])
        try server.stop()
    }
}
