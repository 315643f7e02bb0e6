import Foundation
import Rows
import TestSupport
import Testing

@testable import Sinks

struct SQLiteFindingsTests {
    private func findings(
        _ schema: String, _ tables: Table..., options: [String: String] = [:]
    ) throws -> [String] {
        let fixture = try SQLiteSinkFixture(schema, options: options)
        return try withExtendedLifetime(fixture) { try fixture.sink.findings(for: tables) }
    }

    @Test func `a table that fits has none`() throws {
        let table = Table("T", [("ID", .int), ("Name", .varchar)])
        #expect(try findings("CREATE TABLE t (id INTEGER PRIMARY KEY, name VARCHAR(20) NOT NULL, x)", table) == [])
        #expect(try findings("CREATE TABLE t (name TEXT, id INT, UNIQUE (id))", table) == [])
        #expect(try findings("CREATE TABLE t (name, id PRIMARY KEY) WITHOUT ROWID", table) == [])
        #expect(try findings("CREATE TABLE t (id INTEGER PRIMARY KEY, name ANY) STRICT", table) == [])
    }

    @Test func `a folder that takes no new file is named`() async throws {
        // Where others may come: the folder of the tests is this user's alone.
        let folder = FileManager.default.temporaryDirectory.path + "/replicator-closed-\(getpid())"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: false)
        defer {
            chmod(folder, 0o755)
            try? FileManager.default.removeItem(atPath: folder)
        }
        let path = folder + "/target.db"
        try SQLiteConnection(path: path, access: .create).execute("CREATE TABLE t (id INTEGER PRIMARY KEY, name TEXT)")
        chmod(path, 0o666)
        chmod(folder, 0o555)
        await #expect(processExitsWith: .success) { [path = path as String, folder = folder as String] in
            // Nothing is closed to root.
            if geteuid() == 0 { #expect(setuid(65534) == 0) }
            var options = SinkOptions([:])
            let findings = try SQLiteSink(path: path, options: &options)
                .findings(for: [Table("t", [("id", .int), ("name", .varchar)])])
            #expect(findings.count == 1)
            #expect(findings.first?.contains("write access to its folder \(folder)") == true, "\(findings)")
        }
    }

    @Test func `a missing file, table or column comes with the statement that makes it`() throws {
        var options = SinkOptions([:])
        let folder = try ScratchFolder()
        let sink = try SQLiteSink(path: folder.file("no.db"), options: &options)
        let table = Table("t", [("id", .int), ("price", .decimal(precision: 8, scale: 2)), ("n", .double)])
        let missing = #expect(throws: SinkError.self) { try sink.findings(for: [table]) }
        #expect(missing?.message.contains("no.db") == true)
        #expect(
            try findings("CREATE TABLE u (id)", table) == [
                "the SQLite file has no table t; make it, for example: "
                    + "CREATE TABLE \"t\" (\"id\" INTEGER, \"price\" TEXT, \"n\" REAL, PRIMARY KEY (\"id\"));"
            ])
        #expect(
            try findings("CREATE TABLE t (id INTEGER PRIMARY KEY)", table) == [
                "table t lacks columns price, n: ALTER TABLE \"t\" ADD COLUMN \"price\" TEXT; "
                    + "ALTER TABLE \"t\" ADD COLUMN \"n\" REAL;"
            ])
    }

    @Test(arguments: [
        ("CREATE TABLE t (id INTEGER)", "no primary key or unique index on exactly (id)"),
        ("CREATE TABLE t (id INTEGER, x, PRIMARY KEY (id, x))", "no primary key or unique index on exactly (id)"),
        ("CREATE TABLE t (id INT); CREATE UNIQUE INDEX i ON t (id) WHERE id > 0", "no primary key or unique"),
        ("CREATE TABLE t (id INT); CREATE UNIQUE INDEX i ON t (abs(id))", "no primary key or unique"),
        ("CREATE TABLE t (id INT COLLATE NOCASE PRIMARY KEY)", "key column t.id has collation NOCASE"),
        ("CREATE TABLE t (id INTEGER PRIMARY KEY, x NOT NULL)", "t.x is NOT NULL without a default"),
        ("CREATE TABLE t (x, id INTEGER AS (x) STORED UNIQUE)", "t.id is generated"),
        ("CREATE TABLE u (id); CREATE VIEW t AS SELECT id FROM u", "t is a view"),
        (
            "CREATE TABLE t (id INTEGER PRIMARY KEY); CREATE TRIGGER g AFTER INSERT ON t BEGIN SELECT 1; END",
            "triggers (g), which would run for every change that is applied: drop them, or set triggers = allow"
        ),
        (
            "CREATE TABLE t (id INTEGER PRIMARY KEY REFERENCES t (id) ON DELETE CASCADE)",
            "foreign key of table t to t says ON DELETE CASCADE"
        ),
    ])
    func `what would lose or change rows is found`(schema: String, finding: String) throws {
        let findings = try findings(schema, Table("t", [("id", .int)]))
        #expect(findings.count == 1)
        #expect(findings.first?.contains(finding) == true, "\(findings)")
    }

    @Test func `settings allow triggers and ignore foreign keys`() throws {
        let table = Table("t", [("id", .int)])
        #expect(
            try findings(
                "CREATE TABLE t (id INTEGER PRIMARY KEY REFERENCES t (id) ON DELETE CASCADE);"
                    + "CREATE TRIGGER g AFTER INSERT ON t BEGIN SELECT 1; END",
                table, options: ["triggers": "allow", "foreign-keys": "ignore"]) == [])
        var options = SinkOptions(["triggers": "yes"])
        #expect(throws: SinkError(.fatal, "triggers = yes: must be refuse or allow")) {
            try SinkFactory.makeSink(url: "sqlite:t.db", options: &options, baseDirectory: "/")
        }
    }

    @Test func `two targets of one table, a table without a key, and our own tables`() throws {
        let first = Table("t", [("id", .int)])
        let second = Table("T", [("id", .int)], database: "other")
        #expect(
            try findings("CREATE TABLE t (id INTEGER PRIMARY KEY)", first, second).first?.contains(
                "shop.t and other.T would both be written to table T") == true)
        let keyless = Table("t", [("id", .int)], keyCount: 0)
        #expect(try findings("CREATE TABLE t (id)", keyless).first?.contains("shop.t has no primary key") == true)
        let own = Table("replicator_checkpoint", [("pipeline", .varchar)])
        #expect(try findings("", own).first?.contains("is the replicator's own") == true)
    }
}
