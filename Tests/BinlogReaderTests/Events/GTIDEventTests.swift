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
}
