import Testing

@testable import BinlogReader

@Suite struct GTIDSetTests {
    private static let first = "c9982c6f-e5a4-11f1-aeb8-02fc00000001"
    private static let second = "3e11fa47-71ca-11e1-9e33-c80aa9429562"

    @Test(arguments: [
        ("", ""), ("\(first):1", "\(first):1"), ("\(first):1-1", "\(first):1"),
        ("\(first):5:1-3:4", "\(first):1-5"), ("\(first):1-3:5", "\(first):1-3:5"),
        ("\(first):7,\n\(second):1-9", "\(second):1-9,\(first):7"),
        ("\(first):1,\(first):2", "\(first):1-2"),
        ("\(first.uppercased()):1-3:My_Tag:1-2:4:b:1", "\(first):1-3:b:1:my_tag:1-2:4"),
        ("\(first):t:1-2,\(first):9", "\(first):9:t:1-2"),
        ("\(first):10-20:1-5:5-11", "\(first):1-20"),
    ])
    func `a set is read and printed as the server does`(text: String, printed: String) throws {
        let set = try #require(GTIDSet(text))
        #expect(set.description == printed)
        #expect(GTIDSet(printed) == set)
        var body = ByteCursor(set.encoded.span.bytes)
        #expect(try GTIDSet(from: &body) == set)
        #expect(body.remaining == 0)
    }

    @Test(arguments: [
        first, "\(first):", "\(first):0", "\(first):3-2", "\(first):1-", "\(first):-1", "\(first):1-2-3", "\(first):a",
        "\(first):1,", "x:1", "0-1-100", "binlog.000001:4", "\(first):9a:1", "\(first):9223372036854775807",
        "\(first.dropLast()):1", "\(first):+1",
    ])
    func `what is no set is refused`(text: String) {
        #expect(GTIDSet(text) == nil)
    }

    @Test func `members are told, and added in any order`() {
        var set = GTIDSet()
        let source = GTIDSet.Source(uuid: Self.first, tag: "")
        let tagged = GTIDSet.Source(uuid: Self.first, tag: "t")
        for number in [5, 1, 3, 2, 9, 4] as [Int64] { set.add(number...number, of: source) }
        #expect(set.description == "\(Self.first):1-5:9")
        let members = (1...10).filter { set.contains($0, of: source) }
        #expect(members == [1, 2, 3, 4, 5, 9])
        #expect(!set.contains(1, of: tagged))
        #expect(MySQLGTID("\(Self.first):t:7")?.source == tagged)
        #expect(MySQLGTID("\(Self.first):7")?.number == 7)
        #expect(MySQLGTID("0-1-100") == nil)
    }

    @Test func `numbers that no transaction has are left out`() {
        var set = GTIDSet()
        let source = GTIDSet.Source(uuid: Self.first, tag: "")
        for range in [Int64.min...0, Int64.max...Int64.max, Int64.min...Int64.min] { set.add(range, of: source) }
        #expect(set.isEmpty)
        set.add((Int64.max - 5)...Int64.max, of: source)
        set.add(Int64.min...2, of: source)
        set.add(7...9, of: source)
        #expect(set.description == "\(Self.first):1-2:7-9:\(Int64.max - 5)-\(Int64.max - 1)")
        set.add(Int64.min...Int64.max, of: source)
        #expect(set.description == "\(Self.first):1-\(Int64.max - 1)")
    }

    @Test func `the form with tags is that of a server`() throws {
        // PREVIOUS_GTIDS of a MySQL 9.7.4.
        let bytes = hex(
            "0102000000000001 c9982c6fe5a411f1aeb802fc00000001 00 0100000000000000 0100000000000000 0400000000000000"
                + "c9982c6fe5a411f1aeb802fc00000001 0c6d795f746167 0100000000000000 0100000000000000 0300000000000000")
        var body = ByteCursor(bytes.span.bytes)
        let set = try GTIDSet(from: &body)
        #expect(set.description == "\(Self.first):1-3:my_tag:1-2")
        #expect(set.encoded == bytes)
        for count in 0..<bytes.count {
            let part = Array(bytes.prefix(count))
            #expect(throws: DecodeError.self) {
                var body = ByteCursor(part.span.bytes)
                _ = try GTIDSet(from: &body)
            }
        }
        for index in bytes.indices {
            var changed = bytes
            changed[index] ^= 0xFF
            var body = ByteCursor(changed.span.bytes)
            _ = try? GTIDSet(from: &body)
        }
    }

    @Test(
        arguments: [
            ([0x00], 0), ([0x04], 2), ([0x25, 0x03], 0xC9), ([0xFF] + [UInt8](repeating: 0xFF, count: 8), UInt64.max),
            ([0x7F, 0x65, 0x8D, 0x92, 0x45, 0xC8, 0x60, 0x06], 1_795_263_137_221_989),
        ] as [([UInt8], UInt64)])
    func `numbers of variable length`(bytes: [UInt8], value: UInt64) throws {
        var body = ByteCursor(bytes.span.bytes)
        #expect(try body.readVariable() == value)
        #expect(body.remaining == 0)
    }
}
