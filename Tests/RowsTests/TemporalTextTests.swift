import Rows
import Testing

@Suite struct TemporalTextTests {
    private func date(_ year: UInt64, _ month: UInt64, _ day: UInt64) -> Sample {
        .uint(year << 9 | month << 5 | day)
    }

    private func dateTime(
        _ year: Int64, _ month: Int64, _ day: Int64, _ hour: Int64, _ minute: Int64, _ second: Int64,
        _ microsecond: Int64 = 0
    ) -> Sample {
        .int(((year * 13 + month) << 22 | day << 17 | hour << 12 | minute << 6 | second) << 24 | microsecond)
    }

    @Test func `dates print as text, zero dates too`() throws {
        #expect(try plain(date(2024, 2, 29), .date) == "2024-02-29")
        #expect(try json(date(2024, 2, 29), .date) == "\"2024-02-29\"")
        #expect(try plain(date(0, 0, 0), .date) == "0000-00-00")
        #expect(try plain(date(2024, 0, 0), .date) == "2024-00-00")
        #expect(try plain(date(9999, 12, 31), .date) == "9999-12-31")
        #expect(try plain(date(2023, 2, 31), .date) == "2023-02-31")
    }

    @Test func `dates out of range are errors`() {
        #expect(throws: ValueError.malformedTemporal) { try plain(date(2024, 13, 1), .date) }
        #expect(throws: ValueError.malformedTemporal) { try plain(date(10_000, 1, 1), .date) }
        #expect(throws: ValueError.malformedTemporal) { try plain(.uint(.max), .date) }
    }

    @Test(arguments: [
        (0, 0, "00:00:00"), (0, 6, "00:00:00.000000"), (-1, 6, "-00:00:00.000001"), (59_000_000, 0, "00:00:59"),
        (3_020_399_000_000, 0, "838:59:59"), (-3_020_399_000_001, 6, "-838:59:59.000001"),
        (3_723_120_000, 2, "01:02:03.12"), (360_000_000_000, 0, "100:00:00"), (-500_000, 1, "-00:00:00.5"),
        (-500_000, 3, "-00:00:00.500"),
    ])
    func `times keep sign, hours and fraction`(microseconds: Int64, digits: UInt8, expected: String) throws {
        #expect(try plain(.int(microseconds), .time(fractionDigits: digits)) == expected)
        #expect(try json(.int(microseconds), .time(fractionDigits: digits)) == "\"\(expected)\"")
    }

    @Test(arguments: [Int64.min, .max, 3_020_400_000_000, -3_020_400_000_000])
    func `times out of range are errors`(microseconds: Int64) {
        #expect(throws: ValueError.malformedTemporal) { try plain(.int(microseconds), .time(fractionDigits: 0)) }
    }

    @Test func `datetimes print exactly their fraction digits`() throws {
        let sample = dateTime(2024, 2, 29, 23, 59, 59, 123_000)
        #expect(try plain(sample, .dateTime(fractionDigits: 3)) == "2024-02-29 23:59:59.123")
        #expect(try plain(sample, .dateTime(fractionDigits: 6)) == "2024-02-29 23:59:59.123000")
        #expect(try plain(sample, .dateTime(fractionDigits: 0)) == "2024-02-29 23:59:59")
        #expect(try plain(.int(0), .dateTime(fractionDigits: 1)) == "0000-00-00 00:00:00.0")
        #expect(try plain(dateTime(1, 0, 0, 0, 0, 0), .dateTime(fractionDigits: 0)) == "0001-00-00 00:00:00")
        #expect(
            try json(dateTime(9999, 12, 31, 23, 59, 59, 999_999), .dateTime(fractionDigits: 6))
                == "\"9999-12-31 23:59:59.999999\"")
    }

    @Test func `datetimes out of range are errors`() {
        let bad = [
            dateTime(2024, 1, 1, 24, 0, 0), dateTime(2024, 1, 1, 0, 60, 0), dateTime(2024, 1, 1, 0, 0, 60),
            dateTime(2024, 1, 1, 0, 0, 0, 1_000_000), dateTime(10_000, 0, 1, 0, 0, 0), .int(-1), .int(.min), .int(.max),
        ]
        for sample in bad {
            #expect(throws: ValueError.malformedTemporal) { try plain(sample, .dateTime(fractionDigits: 6)) }
        }
        #expect(throws: ValueError.malformedTemporal) { try plain(.int(0), .dateTime(fractionDigits: 7)) }
    }

    @Test(arguments: [
        (0, 0, "0000-00-00 00:00:00"), (0, 3, "0000-00-00 00:00:00.000"), (1, 6, "1970-01-01 00:00:00.000001"),
        (1_000_000, 0, "1970-01-01 00:00:01"), (1_709_251_199_123_456, 6, "2024-02-29 23:59:59.123456"),
        (2_147_483_647_000_000, 0, "2038-01-19 03:14:07"), (4_294_967_295_999_999, 6, "2106-02-07 06:28:15.999999"),
        (951_782_400_000_000, 0, "2000-02-29 00:00:00"), (4_107_542_399_000_000, 0, "2100-02-28 23:59:59"),
        (4_107_542_400_000_000, 0, "2100-03-01 00:00:00"),
    ])
    func `timestamps print in UTC`(microseconds: Int64, digits: UInt8, expected: String) throws {
        #expect(try plain(.int(microseconds), .timestamp(fractionDigits: digits)) == expected)
    }

    @Test(arguments: [Int64.min, -1, .max])
    func `timestamps out of range are errors`(microseconds: Int64) {
        #expect(throws: ValueError.malformedTemporal) { try plain(.int(microseconds), .timestamp(fractionDigits: 0)) }
    }

    @Test(arguments: [
        (0, "1970-01-01T00:00:00Z"), (1_709_251_199_000_000, "2024-02-29T23:59:59Z"),
        (1_709_251_199_000_100, "2024-02-29T23:59:59.000100Z"), (-1, "1969-12-31T23:59:59.999999Z"),
        (-62_135_596_800_000_000, "0001-01-01T00:00:00Z"),
    ])
    func `commit times have a fraction only where it is not zero`(microseconds: Int64, expected: String) {
        var output: [UInt8] = []
        CommitTime.append(microseconds: microseconds, to: &output)
        #expect(String(validating: output, as: UTF8.self) == expected)
    }

    @Test func `any commit time prints without a trap`() {
        for microseconds in [Int64.min, .max] {
            var output: [UInt8] = []
            CommitTime.append(microseconds: microseconds, to: &output)
            #expect(output.last == UInt8(ascii: "Z"))
        }
    }

    // Days counted the slow way, from the year 0 on.
    @Test func `the calendar holds from the year 0 to 9999`() {
        var day: Int64 = -719_528
        for year in 0...9999 {
            let isLeap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
            for (month, length) in [31, isLeap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31].enumerated() {
                // All days of some years, and of the others the ends of February.
                let days = year < 8 || year % 400 > 396 ? Array(1...length) : month == 1 ? [length] : []
                for date in days {
                    var output: [UInt8] = []
                    CommitTime.append(microseconds: (day + Int64(date)) * 86_400_000_000 - 1_000_000, to: &output)
                    let text = String(validating: output, as: UTF8.self)
                    let digits = [(year, 4), (month + 1, 2), (date, 2)].map { number, width in
                        String(repeating: "0", count: width - "\(number)".count) + "\(number)"
                    }
                    #expect(text == digits.joined(separator: "-") + "T23:59:59Z")
                }
                day += Int64(length)
            }
        }
    }
}
