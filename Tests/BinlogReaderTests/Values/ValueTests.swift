import Rows
import Testing

@testable import BinlogReader

/// Values that servers wrote, and ones that none can have written.
@Suite struct ValueTests {
    private func text(_ format: ColumnFormat, _ type: ColumnType, _ bytes: [UInt8]) throws -> String {
        var cursor = ByteCursor(bytes.span.bytes)
        let cell = try cursor.readValue(format, origin: 0)
        try cursor.expectEnd()
        let table = Table(database: "d", name: "t", columns: [], primaryKey: [])
        var batch = RowBatch(
            table: table,
            origin: Origin(position: BinlogPosition(file: "f", offset: 4), gtid: nil, commitMicroseconds: 0))
        batch.bytes = bytes
        return EventLog.text(cell, type, batch)
    }

    @Test(arguments: [
        (ColumnFormat.int8, "ff", "-1"), (.uint8, "ff", "255"), (.int16, "0080", "-32768"), (.uint16, "ffff", "65535"),
        (.int24, "000080", "-8388608"), (.int24, "ffff7f", "8388607"), (.uint24, "ffffff", "16777215"),
        (.int32, "00000080", "-2147483648"), (.uint32, "ffffffff", "4294967295"),
        (.int64, "0000000000000080", "-9223372036854775808"), (.uint64, "ffffffffffffffff", "18446744073709551615"),
    ])
    func `integers`(format: ColumnFormat, bytes: String, expected: String) throws {
        #expect(try text(format, .integer(byteCount: 8, unsigned: false), hex(bytes)) == expected)
    }

    @Test(arguments: [
        (0, "4b9105", "-838:59:59"), (0, "800000", "00:00:00"), (0, "7fffff", "-00:00:01"), (0, "b46efb", "838:59:59"),
        (1, "7fffff f6", "-00:00:00.1"), (2, "7fffff ff", "-00:00:00.01"), (4, "7fffff ffff", "-00:00:00.0001"),
        (6, "4b9104 ffffff", "-838:59:59.000001"), (6, "7fffff f0bdc1", "-00:00:00.999999"),
        (3, "80c8b8 0ce4", "12:34:56.330"),
    ])
    func `times, of which negative ones with a fraction are complements`(digits: Int, bytes: String, expected: String)
        throws
    {
        let type = ColumnType.time(fractionDigits: UInt8(digits))
        #expect(try text(.time(fractionBytes: UInt8(digits + 1) / 2), type, hex(bytes)) == expected)
    }

    @Test(arguments: [
        (0, "99b2bb7efb", "2024-02-29 23:59:59"), (3, "99b2bb7efb 04ce", "2024-02-29 23:59:59.123"),
        (6, "8000000000 000000", "0000-00-00 00:00:00.000000"), (0, "fef3ff7efb", "9999-12-31 23:59:59"),
    ])
    func `datetimes`(digits: Int, bytes: String, expected: String) throws {
        let type = ColumnType.dateTime(fractionDigits: UInt8(digits))
        #expect(try text(.dateTime(fractionBytes: UInt8(digits + 1) / 2), type, hex(bytes)) == expected)
    }

    @Test(arguments: [
        (0, "65e11a7f", "2024-02-29 23:59:59"), (1, "65e11a7f 0a", "2024-02-29 23:59:59.1"),
        (6, "7fffffff 0f423f", "2038-01-19 03:14:07.999999"), (0, "00000000", "0000-00-00 00:00:00"),
        (0, "ffffffff", "2106-02-07 06:28:15"),
    ])
    func `timestamps, to 2106`(digits: Int, bytes: String, expected: String) throws {
        let type = ColumnType.timestamp(fractionDigits: UInt8(digits))
        #expect(try text(.timestamp(fractionBytes: UInt8(digits + 1) / 2), type, hex(bytes)) == expected)
    }

    @Test func `formats before MySQL 5.6`() throws {
        // SET GLOBAL mysql56_temporal_format = OFF on MariaDB 10.11
        #expect(try text(.oldDateTime, .dateTime(fractionDigits: 0), hex("f77cac8b68120000")) == "2024-02-29 23:59:59")
        #expect(try text(.oldTime, .time(fractionDigits: 0), hex("c01dfe")) == "-12:34:56")
        #expect(try text(.oldTimestamp, .timestamp(fractionDigits: 0), hex("7f1ae165")) == "2024-02-29 23:59:59")
    }

    @Test func `dates, years, bits, labels`() throws {
        #expect(try text(.date, .date, hex("5dd00f")) == "2024-02-29")
        #expect(try text(.date, .date, hex("000000")) == "0000-00-00")
        #expect(try text(.year, .year, [0]) == "0")
        #expect(try text(.year, .year, [255]) == "2155")
        #expect(try text(.bit(byteCount: 2), .bit(width: 10), hex("03ff")) == "1023")
        #expect(try text(.bit(byteCount: 8), .bit(width: 64), hex("ffffffffffffffff")) == "18446744073709551615")
        #expect(try text(.label(byteCount: 1), .enumeration(labels: ["a", "b"]), [2]) == "b")
        #expect(try text(.label(byteCount: 2), .set(labels: ["a", "b"]), [3, 0]) == "a,b")
    }

    @Test(arguments: [1, 2, 3, 4])
    func `lengths of one to four bytes`(lengthBytes: Int) throws {
        let length = le(UInt32(3)).prefix(lengthBytes)
        #expect(try text(.bytes(lengthBytes: UInt8(lengthBytes)), .text(.utf8mb4), length + [97, 98, 99]) == "abc")
        #expect(throws: DecodeError.truncated(at: lengthBytes, need: 3, have: 2)) {
            try text(.bytes(lengthBytes: UInt8(lengthBytes)), .text(.utf8mb4), length + [97, 98])
        }
    }

    @Test(arguments: [
        (ColumnFormat.time(fractionBytes: 0), "80003c"), (.time(fractionBytes: 0), "800fc0"),
        (.time(fractionBytes: 0), "ffffff"), (.time(fractionBytes: 1), "800000 64"),
        (.time(fractionBytes: 0), "000000"),
        (.time(fractionBytes: 3), "800000 0f4240"), (.dateTime(fractionBytes: 0), "7fffffffff"),
        (.dateTime(fractionBytes: 2), "8000000000 2710"), (.timestamp(fractionBytes: 1), "00000000 ff"),
        (.oldTime, "3c0000"), (.oldDateTime, "ffffffffffff0000"), (.oldDateTime, "3c00000000000000"),
    ])
    func `times that no server has are refused`(format: ColumnFormat, bytes: String) {
        let bytes = hex(bytes)
        #expect(throws: DecodeError.self) {
            var cursor = ByteCursor(bytes.span.bytes)
            _ = try cursor.readValue(format, origin: 0)
        }
    }

    @Test(
        arguments: [
            (1, 0, 1), (2, 1, 2), (4, 2, 2), (9, 0, 4), (10, 0, 5), (10, 2, 5), (18, 9, 8), (20, 4, 10), (38, 38, 17),
            (65, 0, 29), (65, 30, 30), (65, 38, 29),
        ] as [(UInt8, UInt8, UInt8)])
    func `a packed decimal's length follows from precision and scale`(precision: UInt8, scale: UInt8, count: UInt8) {
        #expect(ColumnFormat.decimalByteCount(precision: precision, scale: scale) == count)
    }
}
