import Rows
import TestSupport
import Testing

@testable import Sinks

struct RedisWriterTests {
    let users = Table("users", [("id", .int), ("name", .varchar), ("email", .varchar)])

    @Test func `insert, update and delete`() throws {
        let fixture = try RedisSinkFixture()
        let counts = try fixture.write(
            RowBatch(users, [.insert([1, "Ann", "a"]), .insert([2, "", nil]), .insert([3, "Cy", "c"])]),
            RowBatch(users, [.update([1, "Ann", "a"], [1, "Anna", "a"]), .delete([3, "Cy", "c"])]))
        #expect(counts == WriteCounts())
        #expect(try fixture.rows(of: users) == [["1", "Anna", "a"], ["2", "", nil]])
        #expect(try fixture.hash("users:1") == ["id": "1", "name": "Anna", "email": "a"])
        #expect(try fixture.hash("users:2") == ["id": "2", "name": ""])
        #expect(try fixture.storedCheckpoint() == fixture.checkpoint(101))
    }

    @Test func `a column that becomes NULL loses its field, and other fields stay`() throws {
        let fixture = try RedisSinkFixture()
        try fixture.write(RowBatch(users, [.insert([1, "Ann", "a"])]))
        try fixture.command("HSET", "users:1", "own", "x")
        let counts = try fixture.write(RowBatch(users, [.update([1, "Ann", "a"], [1, "Bob", nil])]))
        #expect(counts == WriteCounts())
        #expect(try fixture.hash("users:1") == ["id": "1", "name": "Bob", "own": "x"])
        // Whatever the before image says, a NULL column ends without a field.
        try fixture.command("HSET", "users:1", "email", "stale")
        try fixture.write(RowBatch(users, [.update([1, "Bob", nil], [1, "Bob", nil])]))
        #expect(try fixture.rows(of: users) == [["1", "Bob", nil]])
    }

    @Test func `a change of key deletes the old key`() throws {
        let fixture = try RedisSinkFixture()
        try fixture.write(RowBatch(users, [.insert([1, "Ann", "a"]), .insert([2, "Bob", "b"])]))
        let counts = try fixture.write(RowBatch(users, [.update([1, "Ann", "a"], [2, "Ann", nil])]))
        #expect(counts == WriteCounts())
        #expect(try fixture.keys() == ["users:2"])
        #expect(try fixture.rows(of: users) == [["2", "Ann", nil]])
    }

    // The shapes of REPLACE INTO, as in SQLiteWriterTests.
    @Test(
        arguments: [
            [SampleChange.update([1, "Ann", "a"], [1, "New", "n"])],
            [.delete([1, "Ann", "a"]), .insert([1, "New", "n"])],
            [.update([2, "Bob", "b"], [1, "New", "n"]), .delete([3, "Cy", "c"]), .insert([2, "Bob", "b"])],
            [.delete([1, "Ann", "a"]), .update([2, "Bob", "b"], [1, "New", "n"]), .insert([2, "Bob", "b"])],
        ], ["hash", "string"])
    func `REPLACE in each of its shapes ends equal to the source`(changes: [SampleChange], format: String) throws {
        let fixture = try RedisSinkFixture(options: ["format": format])
        try fixture.write(RowBatch(users, [.insert([1, "Ann", "a"]), .insert([2, "Bob", "b"])]))
        try fixture.write(RowBatch(users, changes))
        #expect(try fixture.rows(of: users) == [["1", "New", "n"], ["2", "Bob", "b"]])
    }

    @Test func `what Redis has or lacks is counted`() throws {
        let fixture = try RedisSinkFixture()
        try fixture.write(RowBatch(users, [.insert([1, "old", "o"])]))
        let counts = try fixture.write(
            RowBatch(
                users,
                [
                    .insert([1, "Ann", "a"]), .update([2, "Bo", "b"], [2, "Bob", "b"]), .delete([3, "Cy", "c"]),
                    .update([4, "Di", "d"], [5, "Di", "d"]), .update([6, "Ed", "e"], [6, "Ed", nil]),
                ]))
        #expect(counts.duplicateInserts == 1)
        #expect(counts.missingUpdates == 3)
        #expect(counts.missingDeletes == 1)
        #expect(
            try fixture.rows(of: users) == [
                ["1", "Ann", "a"], ["2", "Bob", "b"], ["5", "Di", "d"], ["6", "Ed", nil],
            ])
    }

    @Test func `a string holds the row as one JSON object`() throws {
        let fixture = try RedisSinkFixture(options: ["format": "string"])
        let table = Table(
            "t",
            [
                ("id", .int), ("d\"", .decimal(precision: 4, scale: 2)), ("b", .blob), ("j", .json), ("g", .geometry),
                ("u", .unsignedBigint),
            ])
        let row: [SampleValue] = [
            1, .bytes([0x81, 50]), .bytes([0xFF]), "{\n\"a\": 1.0}", .bytes([1, 0, 0, 0, 9]), .uint(.max),
        ]
        try fixture.write(RowBatch(table, [.insert(row), .insert([2, nil, nil, nil, nil, nil])]))
        #expect(
            try fixture.command("GET", "t:1")
                == #"{"id":1,"d\"":"1.50","b":"/w==","j":{"# + "\n"
                + #""a": 1.0},"g":{"srid":1,"wkb":"CQ=="},"u":18446744073709551615}"#)
        var rows: [[[UInt8]?]] = []
        try fixture.sink.makeReader()?.readRows(of: table) { rows.append($0) }
        rows.sort { ($0[0] ?? []).lexicographicallyPrecedes($1[0] ?? []) }
        #expect(
            rows[0] == [
                Array("1".utf8), Array("1.50".utf8), [0xFF], Array("{\n\"a\": 1.0}".utf8), [1, 0, 0, 0, 9],
                Array("18446744073709551615".utf8),
            ])
        #expect(rows[1] == [Array("2".utf8), nil, nil, nil, nil, nil])
        let counts = try fixture.write(
            RowBatch(table, [.update([2, nil, nil, nil, nil, nil], [3, nil, nil, nil, nil, nil]), .delete(row)]))
        #expect(counts == WriteCounts())
        #expect(try fixture.keys() == ["t:3"])
    }

    @Test(arguments: ["hash", "string"])
    func `every type comes back as its canonical text`(format: String) throws {
        let fixture = try RedisSinkFixture(options: ["format": format])
        let values = SQLiteValueTests.types
        let table = Table("t", [("id", .int)] + values.enumerated().map { ("c\($0)", $1.0) })
        let row = [SampleValue.int(1)] + values.map(\.1)
        try fixture.write(RowBatch(table, [.insert(row), .insert([2] + values.map { _ in nil })]))
        let expected: [[String?]] = [["1"] + values.map(\.2), ["2"] + values.map { _ in nil }]
        #expect(try fixture.rows(of: table) == expected)
    }

    @Test func `a key of another type stops, naming table and template but no key`() throws {
        let fixture = try RedisSinkFixture()
        // Longer than a port, which the message may name.
        try fixture.command("SET", "users:7700077", "someone's")
        let row: [SampleValue] = [7_700_077, "Ann", nil]
        for change in [SampleChange.insert(row), .update([7_700_077, "Ann", "a"], row)] {
            let before = try fixture.storedCheckpoint()
            let error = #expect(throws: SinkError.self) { try fixture.write(RowBatch(users, at: 154, [change])) }
            #expect(error?.disposition == .fatal)
            #expect(error?.table == "shop.users")
            #expect(error?.message.contains("shop.users at binlog.000001:154") == true)
            #expect(error?.message.contains("{table}:{id}") == true)
            #expect(error?.message.contains("7700077") == false)
            #expect(try fixture.storedCheckpoint() == before)
        }
    }

    @Test func `an older writer is fenced by a second claim and writes nothing`() throws {
        let fixture = try RedisSinkFixture()
        let old = try fixture.makeWriter()
        try fixture.write(RowBatch(users, [.insert([1, "Ann", "a"])]), to: old)
        try fixture.claim()
        let batches = [RowBatch(users, [.insert([2, "Bob", "b"])])]
        // Its connection was ended; with a new one it learns why.
        for (batches, disposition) in [(batches, SinkError.Disposition.retriable), (batches, .fenced), ([], .fenced)] {
            let error = #expect(throws: SinkError.self) {
                try old.write(batches, checkpoint: fixture.checkpoint(999))
            }
            #expect(error?.disposition == disposition)
        }
        #expect(try fixture.rows(of: users) == [["1", "Ann", "a"]])
        #expect(try fixture.storedCheckpoint() == fixture.checkpoint(4))
    }

    @Test func `the same call again is harmless`() throws {
        let fixture = try RedisSinkFixture()
        let writer = try fixture.makeWriter()
        let batch = RowBatch(
            users,
            [
                .insert([1, "Ann", "a"]), .update([1, "Ann", "a"], [2, "Ann", nil]), .insert([1, "Bob", "b"]),
                .insert([3, "x", "y"]), .delete([3, "x", "y"]),
            ])
        for _ in 0..<3 { _ = try writer.write([batch], checkpoint: fixture.checkpoint(200)) }
        #expect(try fixture.rows(of: users) == [["1", "Bob", "b"], ["2", "Ann", nil]])
    }

    @Test func `more than a window is written in order`() throws {
        let fixture = try RedisSinkFixture()
        let text = SampleValue.bytes([UInt8](repeating: 0x78, count: 300))
        let writer = try fixture.makeWriter()
        let changes = (0..<20_000).map {
            SampleChange.insert([.int(Int64($0 % 5000)), text, .bytes(Array("\($0)".utf8))])
        }
        let counts = try fixture.write(RowBatch(users, changes), to: writer)
        #expect(counts.duplicateInserts == 15_000)
        #expect(try fixture.hash("users:4999")["email"] == "19999")
        #expect(try fixture.rows(of: users).count == 5000)
    }

    @Test func `a row image without a column stops, naming the setting`() throws {
        let fixture = try RedisSinkFixture()
        let changes: [SampleChange] = [
            .insert([1, "Ann", .absent]), .insert([.absent, "Ann", "a"]), .update([1, "a", .absent], [1, "a", nil]),
        ]
        for change in changes {
            let error = #expect(throws: SinkError.self) { try fixture.write(RowBatch(users, at: 99, [change])) }
            #expect(error?.disposition == .fatal)
            #expect(error?.message.contains("shop.users at binlog.000001:99") == true)
            #expect(error?.message.contains("SET GLOBAL binlog_row_image=FULL") == true)
        }
        #expect(try fixture.keys() == [])
    }

    @Test func `keys of another table, type or content are no rows`() throws {
        let fixture = try RedisSinkFixture(key: "{table}:{id}:{name}")
        let table = Table("users", [("id", .varchar), ("name", .varchar)], keyCount: 2)
        try fixture.write(RowBatch(table, [.insert(["a:b", "c"]), .insert(["a", "b:c"]), .insert(["*", "%"])]))
        try fixture.command("SET", "users:x:y", "{}")
        try fixture.command("HSET", "users:p:q", "id", "p", "name", "other")
        try fixture.command("HSET", "users:p:r", "name", "r")
        try fixture.command("HSET", "users2:p:q", "id", "p", "name", "q")
        #expect(try fixture.rows(of: table) == [["*", "%"], ["a", "b:c"], ["a:b", "c"]])
    }
}
