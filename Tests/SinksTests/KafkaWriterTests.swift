import CRdKafka
import Rows
import TestSupport
import Testing

@testable import Sinks

struct KafkaWriterTests {
    let users = Table("users", [("id", .int), ("name", .varchar)])

    /// The record's value as `tail` prints it.
    private func line(_ batch: RowBatch, _ row: Int) throws -> String {
        var json = ChangeJSON()
        var bytes: [UInt8] = []
        try json.append(batch.rows[row], of: batch, to: &bytes)
        return String(decoding: bytes, as: UTF8.self)
    }

    private func value(_ operation: String, _ before: String, _ after: String, row: Int) -> String {
        #"{"op":"\#(operation)","database":"shop","table":"users","before":\#(before),"after":\#(after),"#
            + #""commit_time":"1970-01-01T00:00:00Z","file":"binlog.000001","offset":4,"row":\#(row),"gtid":null}"#
    }

    @Test func `a record is what tail prints, under the key as JSON`() throws {
        let fixture = try KafkaSinkFixture()
        fixture.cluster.createTopic("shop.users", partitions: 1)
        let batch = RowBatch(
            users, [.insert([1, "Ann"]), .update([1, "Ann"], [1, "Anna"]), .delete([1, "Anna"])])
        #expect(try fixture.write(batch) == WriteCounts())
        #expect(
            try fixture.records("shop.users") == [
                .init(key: #"{"id":1}"#, value: value("insert", "null", #"{"id":1,"name":"Ann"}"#, row: 0)),
                .init(key: #"{"id":1}"#, value: try line(batch, 1)),
                .init(key: #"{"id":1}"#, value: value("delete", #"{"id":1,"name":"Anna"}"#, "null", row: 2)),
                .init(key: #"{"id":1}"#, value: nil),
            ])
    }

    @Test func `a change of key is the delete of the old one and its tombstone, then the insert of the new one`() throws
    {
        for (tombstones, tombstone) in [("on", [KafkaSinkFixture.Record(key: #"{"id":1}"#, value: nil)]), ("off", [])] {
            let fixture = try KafkaSinkFixture(options: ["tombstones": tombstones])
            fixture.cluster.createTopic("shop.users", partitions: 1)
            try fixture.write(RowBatch(users, [.update([1, "Ann"], [2, "Ann"])]))
            #expect(
                try fixture.records("shop.users") == [
                    .init(key: #"{"id":1}"#, value: value("delete", #"{"id":1,"name":"Ann"}"#, "null", row: 0))
                ] + tombstone + [
                    .init(key: #"{"id":2}"#, value: value("insert", "null", #"{"id":2,"name":"Ann"}"#, row: 0))
                ])
        }
    }

    @Test func `the key has its columns in key order, whatever the row's order`() throws {
        let fixture = try KafkaSinkFixture()
        let table = Table(
            database: "shop", name: "lines",
            columns: [
                Column(name: "note", type: .varchar, isNullable: true),
                Column(name: "line", type: .int, isNullable: false),
                Column(name: "order\"", type: .varchar, isNullable: false),
            ], primaryKey: [2, 1])
        try fixture.write(RowBatch(table, [.insert(["x", 7, "é\n"])]))
        #expect(try fixture.records("shop.lines").map(\.key) == [#"{"order\"":"é\n","line":7}"#])
    }

    @Test func `a table without a key gets records without one`() throws {
        let fixture = try KafkaSinkFixture()
        let log = Table("log", [("text", .varchar)], keyCount: 0)
        try fixture.write(RowBatch(log, [.insert(["a"]), .update(["a"], ["b"]), .delete(["b"])]))
        let records = try fixture.records("shop.log")
        #expect(records.count == 3)
        #expect(records.allSatisfy { $0.key == nil && $0.value != nil })
    }

    // The shapes of REPLACE INTO, as in SQLiteWriterTests.
    @Test(arguments: [
        [SampleChange.update([1, "Ann"], [1, "New"])],
        [.delete([1, "Ann"]), .insert([1, "New"])],
        [.update([2, "Bob"], [1, "New"]), .delete([3, "Cy"]), .insert([2, "Bob"])],
        [.delete([1, "Ann"]), .update([2, "Bob"], [1, "New"]), .insert([2, "Bob"])],
    ])
    func `REPLACE in each of its shapes folds to the source`(changes: [SampleChange]) throws {
        let fixture = try KafkaSinkFixture()
        try fixture.write(RowBatch(users, [.insert([1, "Ann"]), .insert([2, "Bob"])]))
        try fixture.write(RowBatch(users, changes))
        #expect(try fixture.rows(of: users) == [["1", "New"], ["2", "Bob"]])
    }

    @Test func `every type comes back as its canonical text`() throws {
        let fixture = try KafkaSinkFixture()
        let values = SQLiteValueTests.types
        let table = Table("t", [("id", .int)] + values.enumerated().map { ("c\($0)", $1.0) })
        let row = [SampleValue.int(1)] + values.map(\.1)
        try fixture.write(RowBatch(table, [.insert(row), .insert([2] + values.map { _ in nil })]))
        let reader = try #require(try fixture.sink.makeReader())
        let expected: [[[UInt8]?]] = [
            [Array("1".utf8)] + values.map { Array($0.2.utf8) }, [Array("2".utf8)] + values.map { _ in nil },
        ]
        var rows: [[[UInt8]?]] = []
        try reader.readRows(of: table) { rows.append($0) }
        rows.sort { ($0[0] ?? []).lexicographicallyPrecedes($1[0] ?? []) }
        #expect(rows.count == expected.count)
        for (found, wanted) in zip(rows, expected) {
            for (index, column) in table.columns.enumerated() {
                #expect(reader.isEqual(found[index], wanted[index], column.type), "\(column)")
            }
        }
    }

    @Test func `more than the client's queue holds is written in order`() throws {
        let fixture = try KafkaSinkFixture(options: ["kafka.queue.buffering.max.messages": "500"])
        fixture.cluster.createTopic("shop.users", partitions: 1)
        let changes = (0..<20_000).map { SampleChange.insert([.int(Int64($0)), "x"]) }
        try fixture.write(RowBatch(users, changes))
        #expect(try fixture.records("shop.users").map(\.key) == (0..<20_000).map { "{\"id\":\($0)}" })
    }

    @Test func `a partition is chosen as Java's clients choose it`() throws {
        // murmur2 of {"id":1}, {"id":2}, … with the sign bit off, modulo the partitions: made with Kafka's own formula.
        let fixture = try KafkaSinkFixture()
        fixture.cluster.createTopic("shop.users", partitions: 5)
        try fixture.write(RowBatch(users, (0..<50).map { .insert([.int($0), "x"]) }))
        let client = try fixture.settings.makeClient(.consumer)
        let topic = try KafkaTopic("shop.users", of: client)
        for partition in Int32(0)..<5 {
            var keys: [[UInt8]] = []
            try topic.readAll([partition], milliseconds: 10_000) { _, key, _ in keys.append(key ?? []) }
            #expect(!keys.isEmpty)
            for key in keys { #expect(Murmur2.hash(key) & 0x7FFF_FFFF % 5 == UInt32(partition)) }
        }
    }

    @Test func `a row image without a column of the key stops, naming the setting`() throws {
        let fixture = try KafkaSinkFixture()
        let writer = try fixture.makeWriter()
        let error = #expect(throws: SinkError.self) {
            try fixture.write(RowBatch(users, at: 99, [.insert([1, "Ann"]), .insert([.absent, "x"])]), to: writer)
        }
        #expect(error?.disposition == .fatal)
        #expect(error?.message.contains("shop.users at binlog.000001:99, row 1") == true)
        #expect(error?.message.contains("SET GLOBAL binlog_row_image=FULL") == true)
        // The writer is none the worse for it.
        try fixture.write(RowBatch(users, [.insert([2, "Bob"])]), to: writer)
        #expect(try fixture.rows(of: users).contains(["2", "Bob"]))
    }
}

/// Kafka's default partitioner's hash (`Utils.murmur2` of the Java client), from its published algorithm: MurmurHash2
/// with the seed 0x9747b28c.
private enum Murmur2 {
    static func hash(_ data: [UInt8]) -> UInt32 {
        let multiplier: UInt32 = 0x5bd1_e995
        var hash = 0x9747_b28c ^ UInt32(data.count)
        var rest = data[...]
        while rest.count >= 4 {
            var word = rest.prefix(4).reversed().reduce(UInt32(0)) { $0 << 8 | UInt32($1) }
            rest = rest.dropFirst(4)
            word &*= multiplier
            word ^= word >> 24
            word &*= multiplier
            hash = (hash &* multiplier) ^ word
        }
        if !rest.isEmpty {
            hash ^= rest.reversed().reduce(UInt32(0)) { $0 << 8 | UInt32($1) }
            hash &*= multiplier
        }
        hash ^= hash >> 13
        hash &*= multiplier
        return hash ^ (hash >> 15)
    }
}
