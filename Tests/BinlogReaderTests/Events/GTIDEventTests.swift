import Testing

@testable import BinlogReader

@Suite struct GTIDEventTests {
    private func mariaDB(_ body: [UInt8], server: UInt32 = 13391) throws -> GTIDEvent {
        var cursor = ByteCursor(body.span.bytes)
        return try GTIDEvent(mariadb: &cursor, serverID: server)
    }

    private func mySQL(_ body: [UInt8], isAnonymous: Bool = false) throws -> GTIDEvent {
        var cursor = ByteCursor(body.span.bytes)
        return try GTIDEvent(mysql: &cursor, isAnonymous: isAnonymous)
    }

    @Test func `MariaDB's is domain, server, sequence`() throws {
        let event = try mariaDB(le(UInt64(100)) + le(UInt32(1)) + [0x0C, 0, 0, 0, 0, 0, 0])
        #expect(event.gtid == "1-13391-100")
        #expect(event.opensTransaction)
        #expect(event.preparedXA == nil)
        let most = try mariaDB(le(UInt64.max) + le(UInt32.max) + [0], server: .max)
        #expect(most.gtid == "4294967295-4294967295-18446744073709551615")
    }

    @Test func `a standalone group is one statement`() throws {
        #expect(try !mariaDB(le(UInt64(1)) + le(UInt32(0)) + [0x29, 0, 0, 0, 0, 0, 0]).opensTransaction)
    }

    @Test func `the flags behind a commit id tell of two-phase ALTERs`() throws {
        let head = le(UInt64(1)) + le(UInt32(0)) + [0x23] + le(UInt64(77))
        #expect(try !mariaDB(head).isTentativeAlter)
        #expect(try mariaDB(head + [0x02]).isTentativeAlter)  // FL_START_ALTER_E1
        #expect(try !mariaDB(head + [0x04] + le(UInt64(5))).isTentativeAlter)  // FL_COMMIT_ALTER_E1
        #expect(try mariaDB(head + [0x08] + le(UInt64(5))).isTentativeAlter)  // FL_ROLLBACK_ALTER_E1
    }

    @Test func `a prepared XA transaction is known before its rows`() throws {
        // XA PREPARE X'7833',X'',1 on MariaDB 10.11.19
        let xid = le(UInt32(1)) + [2, 0] + [0x78, 0x33]
        #expect(try mariaDB(le(UInt64(25)) + le(UInt32(0)) + [0x4C] + xid).preparedXA == "X'7833',X'',1")
        #expect(try mariaDB(le(UInt64(26)) + le(UInt32(0)) + [0x8D] + xid).preparedXA == nil)
    }

    @Test(arguments: 0..<20)
    func `every truncation of one with an XA id throws or is whole`(count: Int) throws {
        let whole = le(UInt64(25)) + le(UInt32(0)) + [0x4C] + le(UInt32(1)) + [2, 0, 0x78, 0x33]
        if count < whole.count {
            #expect(throws: DecodeError.self) { try mariaDB(Array(whole.prefix(count))) }
        }
    }

    @Test func `MySQL's is the source's UUID and a number`() throws {
        let uuid = hex("3e11fa47 71ca11e1 9e33c80aa9429562")
        let event = try mySQL([1] + uuid + le(UInt64(23)))
        #expect(event.gtid == "3e11fa47-71ca-11e1-9e33-c80aa9429562:23")
        #expect(event.commitMicroseconds == nil)
        #expect(try mySQL([1] + uuid + le(UInt64(0)), isAnonymous: true).gtid == nil)
        #expect(throws: DecodeError.invalid(.gtid, at: 17)) { try mySQL([1] + uuid + le(UInt64(0))) }
    }

    @Test func `MySQL 8 adds when the transaction was committed`() throws {
        let head =
            [1] + hex("3e11fa47 71ca11e1 9e33c80aa9429562") + le(UInt64(23)) + [2] + le(UInt64(0)) + le(UInt64(1))
        #expect(try mySQL(head).commitMicroseconds == nil)
        let time: UInt64 = 1_700_000_000_123_456
        #expect(try mySQL(head + le(time).prefix(7)).commitMicroseconds == 1_700_000_000_123_456)
        // The highest bit says that the original commit's time follows.
        #expect(try mySQL(head + le(time | 1 << 55).prefix(7) + le(time).prefix(7)).commitMicroseconds == Int64(time))
    }

    /// Of a MySQL 9.7.4: `SET gtid_next = 'AUTOMATIC:my_tag'`, and an INSERT.
    private static let tagged =
        "02780000 00022503 61025 8de9503 91022 2c503b902 e10204f1 03000000 0204 04"
        + "060c 6d795f746167 0808 0a10 0c7f658d9245c86006 10ad04 1283120b"

    private func taggedGTID(_ bytes: [UInt8]) throws -> GTIDEvent {
        var body = ByteCursor(bytes.span.bytes)
        return try GTIDEvent(tagged: &body)
    }

    @Test func `MySQL's with a tag`() throws {
        let event = try taggedGTID(hex(Self.tagged))
        #expect(event.gtid == "c9982c6f-e5a4-11f1-aeb8-02fc00000001:my_tag:1")
        #expect(event.commitMicroseconds == 1_795_263_137_221_989)
    }

    @Test func `one with a tag that is cut off or changed never traps`() throws {
        let whole = hex(Self.tagged)
        for count in whole.indices {
            #expect(throws: DecodeError.self) { try taggedGTID(Array(whole.prefix(count))) }
        }
        for index in whole.indices {
            for byte in [0x00, 0x7F, 0x80, 0xFF] as [UInt8] {
                var changed = whole
                changed[index] = byte
                _ = try? taggedGTID(changed)
            }
        }
    }

    @Test func `one of a later version is refused as that`() {
        let error = #expect(throws: DecodeError.unsupported(.event)) {
            try taggedGTID([4] + hex(Self.tagged).dropFirst())
        }
        #expect(error.map { "\($0)" }?.contains("of a later version") == true)
    }

    @Test func `a time of more than 55 bits is none`() throws {
        func event(committed time: UInt64) throws -> GTIDEvent {
            // The number of the field, and the bytes of its value.
            let head: [UInt8] = Array(hex(Self.tagged).prefix { $0 != 0x7F })
            return try taggedGTID(head + [0xFF] + le(time) + hex("10ad04 1283120b"))
        }
        #expect(try event(committed: 1 << 55 - 1).commitMicroseconds == 1 << 55 - 1)
        for time in [1 << 55, 1 << 63, UInt64.max] {
            #expect(throws: DecodeError.self) { try event(committed: time) }
        }
    }
}
