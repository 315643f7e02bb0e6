import Foundation
import MySQLClient
import Rows
import TestSupport
import Testing

@testable import Sinks

/// What the writer does with changes, on a table that takes them one by one (it has a unique key) and, where it is told,
/// on one that takes them in groups.
@Suite(.serialized) struct MySQLWriterTests {
    let users = Table("users", [("id", .int), ("name", .varchar), ("email", .varchar)])

    private static let schema =
        "CREATE TABLE users (id INT PRIMARY KEY, name VARCHAR(40), email VARCHAR(40) UNIQUE, note VARCHAR(9) DEFAULT 'kept')"
    private static let plainSchema =
        "CREATE TABLE users (id INT PRIMARY KEY, name VARCHAR(40), email VARCHAR(40), note VARCHAR(9) DEFAULT 'kept')"

    @Test(arguments: ServerKind.allCases)
    func `insert, update and delete`(kind: ServerKind) throws {
        let fixture = try MySQLSinkFixture(Self.schema, on: kind)
        let counts = try fixture.write(
            RowBatch(users, [.insert([1, "Ann", "a"]), .insert([2, "Bob", nil]), .insert([3, "Cy", "c"])]),
            RowBatch(users, [.update([1, "Ann", "a"], [1, "Anna", "a"]), .delete([3, "Cy", "c"])]))
        #expect(counts == WriteCounts())
        #expect(try fixture.rows(of: users) == [["1", "Anna", "a"], ["2", "Bob", nil]])
        #expect(try fixture.query("SELECT note FROM users") == [["kept"], ["kept"]])
        #expect(try fixture.storedCheckpoint() == fixture.checkpoint(101))
    }

    @Test(arguments: ServerKind.allCases, [schema, plainSchema])
    func `a change of key moves the row`(kind: ServerKind, schema: String) throws {
        let fixture = try MySQLSinkFixture(schema, on: kind)
        try fixture.write(RowBatch(users, (1...20).map { .insert([.int($0), "Ann", .bytes(Array("\($0)".utf8))]) }))
        try fixture.execute("UPDATE users SET note = 'own'")
        let counts = try fixture.write(
            RowBatch(
                users,
                (1...20).map { .update([.int($0), "Ann", .bytes(Array("\($0)".utf8))], [.int($0 + 100), "B", nil]) }))
        #expect(counts == WriteCounts())
        #expect(
            try fixture.query("SELECT COUNT(*), MIN(id), MAX(id), MIN(note), MIN(name) FROM users") == [
                ["20", "101", "120", "own", "B"]
            ])
    }

    // What REPLACE INTO users VALUES (…) leaves in the binlog, by the unique key that clashed (sql_insert.cc,
    // write_record): UPDATE; DELETE + INSERT; UPDATE that changes the key; DELETE of one row + UPDATE of
    // another to its key.
    @Test(
        arguments: [
            [SampleChange.update([1, "Ann", "a"], [1, "New", "n"])],
            [.delete([1, "Ann", "a"]), .insert([1, "New", "n"])],
            [.update([2, "Bob", "b"], [1, "New", "n"]), .delete([3, "Cy", "c"]), .insert([2, "Bob", "b"])],
            [.delete([1, "Ann", "a"]), .update([2, "Bob", "b"], [1, "New", "n"]), .insert([2, "Bob", "b"])],
        ], [schema, plainSchema])
    func `REPLACE in each of its shapes ends equal to the source`(changes: [SampleChange], schema: String) throws {
        let fixture = try MySQLSinkFixture(schema)
        try fixture.write(RowBatch(users, [.insert([1, "Ann", "a"]), .insert([2, "Bob", "b"])]))
        try fixture.write(RowBatch(users, changes))
        #expect(try fixture.rows(of: users) == [["1", "New", "n"], ["2", "Bob", "b"]])
    }

    @Test func `values that move between rows of a unique column arrive in source order`() throws {
        let fixture = try MySQLSinkFixture(Self.schema)
        try fixture.write(RowBatch(users, [.insert([1, "Ann", "a"]), .insert([2, "Bob", "b"])]))
        let counts = try fixture.write(
            RowBatch(
                users,
                [
                    .update([1, "Ann", "a"], [1, "Ann", "tmp"]), .update([2, "Bob", "b"], [2, "Bob", "a"]),
                    .update([1, "Ann", "tmp"], [1, "Ann", "b"]),
                ]))
        #expect(counts == WriteCounts())
        #expect(try fixture.rows(of: users) == [["1", "Ann", "b"], ["2", "Bob", "a"]])
    }

    @Test(arguments: ServerKind.allCases)
    func `what the target has or lacks is overwritten, inserted or ignored, and counted`(kind: ServerKind) throws {
        let fixture = try MySQLSinkFixture(Self.schema, on: kind)
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

    /// Random changes that fit or do not fit what the target has: groups end with the same rows and the same counts as
    /// changes one by one.
    @Test(arguments: ServerKind.allCases, 0..<4)
    func `groups end as single changes do, and count the same`(kind: ServerKind, seed: Int) throws {
        var random = SeededRandom("groups \(seed)")
        let grouped = try MySQLSinkFixture(Self.plainSchema, on: kind)
        let single = try MySQLSinkFixture(
            Self.schema.replacing("UNIQUE", with: "") + "; "
                + "CREATE TRIGGER t AFTER INSERT ON users FOR EACH ROW SET @inserted = 1", on: kind,
            options: ["triggers": "allow"])
        for _ in 0..<6 {
            let changes = (0..<60).map { index -> SampleChange in
                let id = SampleValue.int(Int64.random(in: 0..<25, using: &random))
                let row: [SampleValue] = [id, .bytes(Array("v\(UInt8.random(in: 0..<9, using: &random))".utf8)), nil]
                switch UInt8.random(in: 0..<8, using: &random) {
                case 0...2: return .insert(row)
                case 3...4: return .update([id, "", nil], row)
                case 5: return .update([.int(Int64.random(in: 0..<25, using: &random)), "", nil], row)
                default: return .delete(row)
                }
            }
            let batch = RowBatch(users, changes)
            let counts = try grouped.write(batch)
            #expect(try single.write(batch) == counts)
            #expect(try grouped.rows(of: users) == single.rows(of: users))
        }
    }

    @Test(arguments: ServerKind.allCases)
    func `many rows to a plain table arrive, and what it had is counted`(kind: ServerKind) throws {
        let fixture = try MySQLSinkFixture(Self.plainSchema, on: kind)
        try fixture.execute("INSERT INTO users VALUES (7, 'v7', NULL, 'x'), (1500, 'old', 'p', 'y')")
        let text = { (id: Int64) in SampleValue.bytes(Array("v\(id)".utf8)) }
        var counts = try fixture.write(RowBatch(users, (1...3001).map { .insert([.int($0), text($0), nil]) }))
        #expect(counts.duplicateInserts == 2)
        try fixture.execute("DELETE FROM users WHERE id IN (10, 2000, 3001)")
        counts = try fixture.write(
            RowBatch(users, (1...3001).map { .update([.int($0), text($0), nil], [.int($0), "new", "e"]) }))
        #expect(counts.missingUpdates == 3 && counts.duplicateInserts == 0)
        #expect(
            try fixture.query("SELECT COUNT(*), MIN(name), MAX(name), SUM(note = 'kept') FROM users") == [
                ["3001", "new", "new", "2999"]
            ])
        try fixture.execute("DELETE FROM users WHERE id IN (10, 2000, 3001)")
        counts = try fixture.write(RowBatch(users, (1...3001).map { .delete([.int($0), text($0), nil]) }))
        #expect(counts.missingDeletes == 3)
        #expect(try fixture.rows(of: users) == [])
    }

    @Test(arguments: ServerKind.allCases)
    func `a unique value that another row holds is refused, and nothing is written`(kind: ServerKind) throws {
        let fixture = try MySQLSinkFixture(Self.schema, on: kind)
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
            #expect(text.contains("email") && text.contains("1062"), "\(text)")
            #expect(!text.contains("secret-name") && !text.contains("taken"), "\(text)")
            #expect(try fixture.rows(of: users) == [["7", "own", "taken"]])
            #expect(try fixture.storedCheckpoint() == before)
        }
    }

    @Test func `keys of several columns, and tables of nothing but a key`() throws {
        let fixture = try MySQLSinkFixture("CREATE TABLE pairs (a VARCHAR(9), b INT, PRIMARY KEY (b, a))")
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
        try fixture.write(RowBatch(pairs, (10..<40).map { .insert(["x", .int($0)]) }))
        try fixture.write(RowBatch(pairs, (10..<40).map { .delete(["x", .int($0)]) }))
        #expect(try fixture.rows(of: pairs) == [["y", "2"], ["z", "3"]])
    }

    @Test(arguments: ServerKind.allCases)
    func `an older writer is fenced by a second claim and writes nothing`(kind: ServerKind) throws {
        let fixture = try MySQLSinkFixture(Self.schema, on: kind)
        let old = try fixture.makeWriter()
        try fixture.write(RowBatch(users, [.insert([1, "Ann", "a"])]), to: old)
        try fixture.claim()
        let batch = RowBatch(users, [.insert([2, "Bob", "b"])])
        // The claim has ended its session; that it has no right to another one, it learns by connecting.
        let lost = #expect(throws: SinkError.self) { try fixture.write(batch, to: old) }
        #expect(lost?.disposition == .retriable)
        let error = #expect(throws: SinkError.self) { try fixture.write(batch, to: old) }
        #expect(error?.disposition == .fenced)
        try fixture.write(RowBatch(users, [.insert([3, "Cy", "c"])]))
        #expect(try fixture.rows(of: users) == [["1", "Ann", "a"], ["3", "Cy", "c"]])
    }

    @Test func `the same checkpoint again counts as found`() throws {
        let fixture = try MySQLSinkFixture(Self.schema)
        let writer = try fixture.makeWriter()
        let batch = RowBatch(
            users, [.insert([1, "Ann", nil]), .update([1, "Ann", nil], [2, "Ann", nil]), .insert([1, "Bob", nil])])
        for _ in 0..<3 { _ = try writer.write([batch], checkpoint: fixture.checkpoint(200)) }
        #expect(try fixture.rows(of: users) == [["1", "Bob", nil], ["2", "Ann", nil]])
    }

    @Test(arguments: ServerKind.allCases)
    func `a lock that outlasts the wait is retriable, and the call succeeds later`(kind: ServerKind) throws {
        let fixture = try MySQLSinkFixture(Self.schema, on: kind, options: ["timeout": "2"])
        try fixture.execute("INSERT INTO users VALUES (1, 'old', 'a', '')")
        let other = try fixture.server.connect(database: fixture.database)
        try other.execute("BEGIN")
        try other.execute("UPDATE users SET name = 'held'")
        let batch = RowBatch(users, [.update([1, "old", "a"], [1, "Ann", "a"])])
        let writer = try fixture.makeWriter()
        let error = #expect(throws: SinkError.self) { try fixture.write(batch, to: writer) }
        #expect(error?.disposition == .retriable, "\(error?.message ?? "")")
        try other.execute("ROLLBACK")
        try fixture.write(batch, to: writer)
        #expect(try fixture.rows(of: users) == [["1", "Ann", "a"]])
    }

    @Test func `a row image without a column stops, naming the setting`() throws {
        let fixture = try MySQLSinkFixture(Self.schema)
        let error = #expect(throws: SinkError.self) {
            try fixture.write(RowBatch(users, at: 99, [.insert([1, "Ann", .absent])]))
        }
        #expect(error?.disposition == .fatal)
        #expect(error?.message.contains("shop.users at binlog.000001:99") == true)
        #expect(error?.message.contains("SET GLOBAL binlog_row_image=FULL") == true)
    }

    @Test(arguments: ServerKind.allCases)
    func `a table altered while running is written by its new shape`(kind: ServerKind) throws {
        let fixture = try MySQLSinkFixture(Self.plainSchema, on: kind)
        let writer = try fixture.makeWriter()
        let rows = { (first: Int64) in (first..<first + 20).map { SampleChange.insert([.int($0), "Ann", "e"]) } }
        try fixture.write(RowBatch(users, rows(1)), to: writer)
        // From now on, no statement may catch a row by the new key.
        try fixture.execute("DELETE FROM users WHERE id > 1; ALTER TABLE users ADD UNIQUE KEY (email)")
        let error = #expect(throws: SinkError.self) { try fixture.write(RowBatch(users, rows(30)), to: writer) }
        #expect(error?.disposition == .rejected(.uniqueClash))
        #expect(try fixture.rows(of: users) == [["1", "Ann", "e"]])
    }

    @Test(arguments: ServerKind.allCases)
    func `foreign keys are kept unless they are ignored`(kind: ServerKind) throws {
        let schema = """
            CREATE TABLE parents (id INT PRIMARY KEY);
            CREATE TABLE children (id INT PRIMARY KEY, parent INT, FOREIGN KEY (parent) REFERENCES parents (id));
            INSERT INTO parents VALUES (1); INSERT INTO children VALUES (1, 1)
            """
        let parents = Table("parents", [("id", .int)])
        let children = Table("children", [("id", .int), ("parent", .int)])
        let missing = RowBatch(children, [.insert([2, 5])])
        let orphaning = RowBatch(parents, [.delete([1])])
        let strict = try MySQLSinkFixture(schema, on: kind)
        let missingError = #expect(throws: SinkError.self) { try strict.write(missing) }
        #expect(missingError?.disposition == .rejected(.missingParent))
        let orphaningError = #expect(throws: SinkError.self) { try strict.write(orphaning) }
        #expect(orphaningError?.disposition == .rejected(.childExists))
        #expect(orphaningError?.message.contains("children_ibfk_1") == true, "\(orphaningError?.message ?? "")")
        #expect(try strict.sink.foreignKeyGroups(of: [parents, children, users]) == ["children", "children", nil])
        let lenient = try MySQLSinkFixture(schema, on: kind, options: ["foreign-keys": "ignore"])
        try lenient.write(missing, orphaning)
        #expect(try lenient.rows(of: children) == [["1", "1"], ["2", "5"]])
    }

    @Test(arguments: ServerKind.allCases)
    func `a row larger than the server takes is named`(kind: ServerKind) throws {
        let server = try kind.start(options: ["--max-allowed-packet=64K"])
        let fixture = try MySQLSinkFixture(
            "CREATE TABLE users (id INT PRIMARY KEY, name LONGTEXT, email TEXT)", server: server)
        let text = { (count: Int) in SampleValue.bytes(Array(repeating: UInt8(ascii: "x"), count: count)) }
        try fixture.write(RowBatch(users, (0..<300).map { .insert([.int($0), text(5_000), nil]) }))
        try fixture.write(
            RowBatch(users, (0..<300).map { .update([.int($0), "", nil], [.int($0), text(60_000), nil]) }))
        #expect(try fixture.query("SELECT COUNT(*), MIN(LENGTH(name)) FROM users") == [["300", "60000"]])
        for count in [1, 20] {
            let error = #expect(throws: SinkError.self) {
                try fixture.write(
                    RowBatch(users, (0..<Int64(count)).map { .insert([.int($0 + 1000), text(70_000), nil]) }))
            }
            #expect(error?.disposition == .fatal)
            #expect(error?.message.contains("max_allowed_packet") == true, "\(error?.message ?? "")")
        }
        try server.stop()
    }
}
