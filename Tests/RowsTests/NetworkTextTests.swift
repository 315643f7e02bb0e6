import Rows
import Testing

/// Vectors: `SELECT` and `mariadb-binlog --hexdump` of the same rows, MariaDB 10.11.
@Suite struct NetworkTextTests {
    @Test func `a UUID has its bytes in the order of its text, whatever its version`() throws {
        for version in ["1", "2", "3", "4", "5", "6", "7", "8", "0", "f"] {
            let text = "00112233-4455-\(version)677-8899-aabbccddeeff"
            #expect(try plain(.bytes(hex(text)), .uuid) == text)
            #expect(try json(.bytes(hex(text)), .uuid) == "\"\(text)\"")
        }
    }

    @Test func `zeros that the log cut off are put back`() throws {
        #expect(try plain(.bytes([]), .uuid) == "00000000-0000-0000-0000-000000000000")
        #expect(try plain(.bytes([0xAB]), .uuid) == "ab000000-0000-0000-0000-000000000000")
        #expect(try plain(.bytes([10]), .inet4) == "10.0.0.0")
        #expect(try plain(.bytes([]), .inet4) == "0.0.0.0")
        #expect(try plain(.bytes([]), .inet6) == "::")
        #expect(try plain(.bytes([0xFE, 0x80]), .inet6) == "fe80::")
    }

    @Test func `INET4 prints four numbers`() throws {
        #expect(try plain(.bytes([255, 255, 255, 255]), .inet4) == "255.255.255.255")
        #expect(try json(.bytes([1, 2, 3, 4]), .inet4) == "\"1.2.3.4\"")
    }

    @Test(arguments: [
        ("00000000000000000000000000000000", "::"), ("00000000000000000000000000000001", "::1"),
        ("00000000000000000000ffff01020304", "::ffff:1.2.3.4"), ("00000000000000000000000001020304", "::1.2.3.4"),
        ("00000000000000000000ffff00000001", "::ffff:0.0.0.1"), ("00010000000000020000000000000003", "1:0:0:2::3"),
        ("20010db8000000000001000000000001", "2001:db8::1:0:0:1"),
        ("00010000000200030004000500060007", "1::2:3:4:5:6:7"),
        ("00000000000200030004000500060007", "::2:3:4:5:6:7"), ("00010002000300040005000600070008", "1:2:3:4:5:6:7:8"),
        ("ffffffffffffffffffffffffffffffff", "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff"),
        ("fe800000000000000000000000000000", "fe80::"), ("0abc0000000000000000000000000def", "abc::def"),
    ])
    func `INET6 prints as the server prints it`(bytes: String, expected: String) throws {
        #expect(try plain(.bytes(hex(bytes)), .inet6) == expected)
        #expect(try json(.bytes(hex(bytes)), .inet6) == "\"\(expected)\"")
    }

    @Test func `too many bytes are errors`() {
        let many = Sample.bytes([UInt8](repeating: 0, count: 17))
        #expect(throws: ValueError.wrongLength(expected: 16, actual: 17)) { try many.plain(.uuid) }
        #expect(throws: ValueError.wrongLength(expected: 16, actual: 17)) { try many.plain(.inet6) }
        #expect(throws: ValueError.wrongLength(expected: 4, actual: 17)) { try many.json(.inet4) }
    }
}
