/// When a transaction was committed, as `commit_time` has it: `YYYY-MM-DDTHH:MM:SS[.ffffff]Z`.
public enum CommitTime {
    /// Appends `microseconds` since 1970 UTC; the fraction only where it is not zero.
    public static func append(microseconds: Int64, to output: inout [UInt8]) {
        // The years 0 to 9999; logs hold 32 bits of seconds (MariaDB) or 55 of microseconds (MySQL) from 1970 on.
        let time = CivilTime(
            microsecondsSince1970: min(max(microseconds, -62_167_219_200_000_000), 253_402_300_799_999_999))
        output.write(upTo: 40) { text in
            text.append(year: time.year, month: time.month, day: time.day)
            text.append(UInt8(ascii: "T"))
            text.append(hour: time.hour, minute: time.minute, second: time.second)
            if time.microsecond != 0 {
                text.append(UInt8(ascii: "."))
                text.append(firstDigits: 6, ofEight: time.microsecond &* 100)
            }
            text.append(UInt8(ascii: "Z"))
        }
    }
}

/// A point in time by the proleptic Gregorian calendar, in UTC, from the year 0 to 9999.
struct CivilTime {
    var year: UInt64
    var month: UInt64
    var day: UInt64
    var hour: UInt64
    var minute: UInt64
    var second: UInt64
    var microsecond: UInt64

    /// Of the era of 400 years before the year 0, so that nothing is negative: the days to 1970, from 1 March, and the
    /// years.
    private static let daysTo1970: UInt64 = 719_468 + 146_097
    private static let years: UInt64 = 400

    @inline(__always)
    init(microsecondsSince1970 microseconds: Int64) {
        let shifted = UInt64(bitPattern: microseconds &+ Int64(Self.daysTo1970) &* 86_400_000_000)
        let (seconds, microsecond) = shifted.quotientAndRemainder(dividingBy: 1_000_000)
        let (days, secondOfDay) = seconds.quotientAndRemainder(dividingBy: 86_400)
        self.microsecond = microsecond
        hour = secondOfDay / 3600
        minute = secondOfDay / 60 % 60
        second = secondOfDay % 60
        // Years from 1 March: the leap day comes last (Cassio Neri, Lorenz Schneider, "Euclidean affine functions and
        // their application to calendar algorithms").
        let (century, dayOfCentury) = (4 &* days &+ 3).quotientAndRemainder(dividingBy: 146_097)
        let (yearOfCentury, dayOfYear) = (dayOfCentury | 3).quotientAndRemainder(dividingBy: 1461)
        let monthAndDay = 2141 &* (dayOfYear / 4) &+ 197_913
        let isNextYear: UInt64 = dayOfYear / 4 >= 306 ? 1 : 0
        year = 100 &* century &+ yearOfCentury &+ isNextYear &- Self.years
        month = monthAndDay >> 16 &- 12 &* isNextYear
        day = (monthAndDay & 0xFFFF) / 2141 &+ 1
    }
}
