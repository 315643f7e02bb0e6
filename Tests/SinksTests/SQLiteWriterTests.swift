import Foundation
import Rows
import TestSupport
import Testing

@testable import Sinks

struct SQLiteWriterTests {
    let users = Table("users", [("id", .int), ("name", .varchar), ("email", .varchar)])
    let fixture: SQLiteSinkFixture

    init() throws {
        fixture = try SQLiteSinkFixture(
            "CREATE TABLE users (id INTEGER PRIMARY KEY, name TEXT, email TEXT UNIQUE, note TEXT DEFAULT 'kept')")
    }

    @Test func `insert, update and delete`() throws {
        let counts = try fixture.write(
            RowBatch(users, [.insert([1, "Ann", "a"]), .insert([2, "Bob", nil]), .insert([3, "Cy", "c"])]),
            RowBatch(users, [.update([1, "Ann", "a"], [1, "Anna", "a"]), .delete([3, "Cy", "c"])]))
        #expect(counts == WriteCounts())
        #expect(try fixture.rows(of: users) == [["1", "Anna", "a"], ["2", "Bob", nil]])
        #expect(try fixture.query("SELECT note FROM users") == [["kept"], ["kept"]])
        #expect(try fixture.storedCheckpoint() == fixture.checkpoint(101))
    }

    @Test func `a change of key moves the row`() throws {
        try fixture.write(RowBatch(users, [.insert([1, "Ann", "a"])]))
        try fixture.execute("UPDATE users SET note = 'own'")
        let counts = try fixture.write(RowBatch(users, [.update([1, "Ann", "a"], [9, "Ann", "b"])]))
        #expect(counts == WriteCounts())
        #expect(try fixture.query("SELECT * FROM users") == [["9", "Ann", "b", "own"]])
    }

    // What REPLACE INTO users VALUES (…) leaves in the binlog, by the unique key that clashed (sql_insert.cc,
    // write_record): UPDATE; DELETE + INSERT; UPDATE that changes the key; DELETE of one row + UPDATE of
    // another to its key.
    @Test(arguments: [
        [SampleChange.update([1, "Ann", "a"], [1, "New", "n"])],
        [.delete([1, "Ann", "a"]), .insert([1, "New", "n"])],
        [.update([2, "Bob", "b"], [1, "New", "n"]), .delete([3, "Cy", "c"]), .insert([2, "Bob", "b"])],
        [.delete([1, "Ann", "a"]), .update([2, "Bob", "b"], [1, "New", "n"]), .insert([2, "Bob", "b"])],
    ])
    func `REPLACE in each of its shapes ends equal to the source`(changes: [SampleChange]) throws {
        try fixture.write(RowBatch(users, [.insert([1, "Ann", "a"]), .insert([2, "Bob", "b"])]))
        try fixture.write(RowBatch(users, changes))
        #expect(try fixture.rows(of: users) == [["1", "New", "n"], ["2", "Bob", "b"]])
    }

    @Test func `values that move between rows of a unique column arrive in source order`() throws {
        try fixture.write(RowBatch(users, [.insert([1, "Ann", "a"]), .insert([2, "Bob", "b"])]))
        try fixture.write(
            RowBatch(
                users,
                [
                    .update([1, "Ann", "a"], [1, "Ann", "tmp"]), .update([2, "Bob", "b"], [2, "Bob", "a"]),
                    .update([1, "Ann", "tmp"], [1, "Ann", "b"]),
                ]))
        #expect(try fixture.rows(of: users) == [["1", "Ann", "b"], ["2", "Bob", "a"]])
    }

    @Test func `what the target has or lacks is overwritten, inserted or ignored, and counted`() throws {
        try fixture.execute("INSERT INTO users VALUES (1, 'old', 'o', 'x'), (5, 'old', 'p', 'y')")
        let counts = try fixture.write(
            RowBatch(
                users,
                [
                    .insert([1, "Ann", "a"]), .update([2, "Bo", "b"], [2, "Bob", "b"]), .delete([3, "Cy", "c"]),
                    .update([4, "Di", "d"], [5, "Di", "d"]), .insert([6, "Ed", "e"]),
                    .update([6, "Ed", "e"], [5, "Ed", "e"]),
                ]))
        #expect(counts.duplicateInserts == 2)
        #expect(counts.missingUpdates == 2)
        #expect(counts.missingDeletes == 1)
        #expect(try fixture.rows(of: users) == [["1", "Ann", "a"], ["2", "Bob", "b"], ["5", "Ed", "e"]])
        #expect(try fixture.query("SELECT note FROM users WHERE id = 1") == [["x"]])
    }

    @Test func `a unique value that another row holds is refused, and nothing is written`() throws {
        try fixture.execute("INSERT INTO users VALUES (7, 'own', 'taken', '')")
        for change in [
            SampleChange.insert([1, "secret-name", "taken"]),
            .update([2, "secret-name", "b"], [2, "secret-name", "taken"]),
            .update([2, "secret-name", "b"], [3, "secret-name", "taken"]),
        ] {
            let before = try fixture.storedCheckpoint()
            let error = #expect(throws: SinkError.self) {
                try fixture.write(RowBatch(users, at: 154, [.insert([2, "Bob", "b"]), change]))
            }
            #expect(error?.disposition == .rejected(.uniqueClash))
            #expect(error?.table == "shop.users")
            let text = error?.message ?? ""
            #expect(text.contains("shop.users at binlog.000001:154, row 1"))
            #expect(text.contains("users.email"))
            #expect(!text.contains("secret-name") && !text.contains("taken"))
            #expect(try fixture.rows(of: users) == [["7", "own", "taken"]])
            #expect(try fixture.storedCheckpoint() == before)
        }
    }

    @Test func `a table's own conflict clauses do not replace or drop rows`() throws {
        let fixture = try SQLiteSinkFixture(
            """
            CREATE TABLE users (id INTEGER PRIMARY KEY ON CONFLICT IGNORE, name TEXT,
                                email TEXT UNIQUE ON CONFLICT REPLACE);
            INSERT INTO users VALUES (1, 'old', 'a'), (7, 'own', 'taken')
            """)
        #expect(try fixture.write(RowBatch(users, [.insert([1, "Ann", "a"])])).duplicateInserts == 1)
        #expect(throws: SinkError.self) { try fixture.write(RowBatch(users, [.insert([2, "Bob", "taken"])])) }
        #expect(try fixture.rows(of: users) == [["1", "Ann", "a"], ["7", "own", "taken"]])
    }

    @Test func `keys of several columns, and tables of nothing but a key`() throws {
        let fixture = try SQLiteSinkFixture("CREATE TABLE pairs (a TEXT, b INTEGER, PRIMARY KEY (b, a))")
        let pairs = Table("pairs", [("a", .varchar), ("b", .int)], keyCount: 2)
        let counts = try fixture.write(
            RowBatch(
                pairs,
                [
                    .insert(["x", 1]), .insert(["x", 2]), .insert(["x", 2]), .update(["x", 1], ["x", 1]),
                    .update(["x", 1], ["y", 2]), .update(["z", 3], ["z", 3]), .delete(["x", 2]),
                ]))
        #expect(counts.duplicateInserts == 1)
        #expect(counts.missingUpdates == 1)
        #expect(try fixture.rows(of: pairs) == [["y", "2"], ["z", "3"]])
    }

    @Test func `text keys are told apart by their bytes`() throws {
        let fixture = try SQLiteSinkFixture(
            "CREATE TABLE t (k TEXT COLLATE NOCASE, v INTEGER); CREATE UNIQUE INDEX i ON t (k COLLATE BINARY)")
        let table = Table("t", [("k", .varchar), ("v", .int)])
        let changes: [SampleChange] = [
            .insert(["a", 1]), .insert(["A", 2]), .update(["a", 1], ["a", 3]), .delete(["A", 2]),
        ]
        try fixture.write(RowBatch(table, changes))
        #expect(try fixture.rows(of: table) == [["a", "3"]])
    }

    @Test func `an older writer is fenced by a second claim and writes nothing`() throws {
        let old = try fixture.makeWriter()
        try fixture.write(RowBatch(users, [.insert([1, "Ann", "a"])]), to: old)
        try fixture.claim()
        let error = #expect(throws: SinkError.self) {
            try fixture.write(RowBatch(users, [.insert([2, "Bob", "b"])]), to: old)
        }
        #expect(error?.disposition == .fenced)
        try fixture.write(RowBatch(users, [.insert([3, "Cy", "c"])]))
        #expect(try fixture.rows(of: users) == [["1", "Ann", "a"], ["3", "Cy", "c"]])
    }

    @Test func `the same call again is harmless`() throws {
        let writer = try fixture.makeWriter()
        let batch = RowBatch(
            users, [.insert([1, "Ann", nil]), .update([1, "Ann", nil], [2, "Ann", nil]), .insert([1, "Bob", nil])])
        for _ in 0..<3 { _ = try writer.write([batch], checkpoint: fixture.checkpoint(200)) }
        #expect(try fixture.rows(of: users) == [["1", "Bob", nil], ["2", "Ann", nil]])
    }

    @Test func `a lock that outlasts the wait is retriable, and the call succeeds later`() throws {
        var settings = SQLiteSettings()
        settings.busyMilliseconds = 1
        let writer = try SQLiteLaneWriter(
            path: fixture.path, settings: settings, pipeline: "p", lane: 0, epoch: fixture.epoch)
        let other = try SQLiteConnection(path: fixture.path, access: .write)
        try other.beginImmediate()
        let batch = RowBatch(users, [.insert([1, "Ann", "a"])])
        let error = #expect(throws: SinkError.self) { try fixture.write(batch, to: writer) }
        #expect(error?.disposition == .retriable)
        other.rollBack()
        try fixture.write(batch, to: writer)
        #expect(try fixture.rows(of: users) == [["1", "Ann", "a"]])
    }

    @Test func `a row image without a column stops, naming the setting`() throws {
        let error = #expect(throws: SinkError.self) {
            try fixture.write(RowBatch(users, at: 99, [.insert([1, "Ann", .absent])]))
        }
        #expect(error?.disposition == .fatal)
        #expect(error?.message.contains("shop.users at binlog.000001:99") == true)
        #expect(error?.message.contains("email") == true)
        #expect(error?.message.contains("SET GLOBAL binlog_row_image=FULL") == true)
    }

    @Test func `a table altered while running is written by its new shape`() throws {
        let writer = try fixture.makeWriter()
        try fixture.write(RowBatch(users, [.insert([1, "Ann", "a"])]), to: writer)
        try fixture.execute("ALTER TABLE users ADD COLUMN age INTEGER")
        let wider = Table("users", [("id", .int), ("name", .varchar), ("age", .int)])
        try fixture.write(RowBatch(wider, [.insert([2, "Bob", 40])]), to: writer)
        try fixture.execute("DROP TABLE users; CREATE TABLE users (id INTEGER PRIMARY KEY, name INTEGER, age INTEGER)")
        let error = #expect(throws: SinkError.self) {
            try fixture.write(RowBatch(wider, [.insert([2, "007", 40])]), to: writer)
        }
        #expect(error?.disposition == .fatal)
        #expect(error?.message.contains("would change some values of text") == true)
    }

    @Test func `a file deleted under the writer stops it`() throws {
        let writer = try fixture.makeWriter()
        try fixture.write(RowBatch(users, [.insert([1, "Ann", "a"])]), to: writer)
        try FileManager.default.removeItem(atPath: fixture.path)
        let error = #expect(throws: SinkError.self) {
            try fixture.write(RowBatch(users, [.insert([2, "Bob", "b"])]), to: writer)
        }
        #expect(error?.disposition == .fatal)
    }

    @Test func `foreign keys are kept unless they are ignored`() throws {
        let schema = """
            CREATE TABLE parents (id INTEGER PRIMARY KEY);
            CREATE TABLE children (id INTEGER PRIMARY KEY, parent INTEGER REFERENCES parents);
            INSERT INTO parents VALUES (1); INSERT INTO children VALUES (1, 1)
            """
        let parents = Table("parents", [("id", .int)])
        let children = Table("children", [("id", .int), ("parent", .int)])
        let missing = RowBatch(children, [.insert([2, 5])])
        let orphaning = RowBatch(parents, [.delete([1])])
        let strict = try SQLiteSinkFixture(schema)
        let missingError = #expect(throws: SinkError.self) { try strict.write(missing) }
        #expect(missingError?.disposition == .rejected(.missingParent))
        let orphaningError = #expect(throws: SinkError.self) { try strict.write(orphaning) }
        #expect(orphaningError?.disposition == .rejected(.childExists))
        let lenient = try SQLiteSinkFixture(schema, options: ["foreign-keys": "ignore"])
        try lenient.write(missing, orphaning)
        #expect(try lenient.rows(of: children) == [["1", "1"], ["2", "5"]])
    }
}
