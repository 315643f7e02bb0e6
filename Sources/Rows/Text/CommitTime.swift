/// When a transaction was committed, as `commit_time` has it: `YYYY-MM-DDTHH:MM:SS[.ffffff]Z`.
public enum CommitTime {
    /// Appends `microseconds` since 1970 UTC; the fraction only where it is not zero.
    public static func append(microseconds: Int64, to output: inout [UInt8]) {
        // The years 0 to 9999; logs hold 32 bits of seconds (MariaDB) or 55 of microseconds (MySQL) from 1970 on.
        let time = CivilTime(
            microsecondsSince1970: min(max(microseconds, -62_167_219_200_000_000), 253_402_300_799_999_999))
        var text = ShortText()
        text.append(year: time.year, month: time.month, day: time.day)
        text.append(UInt8(ascii: "T"))
        text.append(hour: time.hour, minute: time.minute, second: time.second)
        if time.microsecond != 0 {
            text.append(UInt8(ascii: "."))
            text.append(time.microsecond, digits: 6)
        }
        text.append(UInt8(ascii: "Z"))
        output.append(text)
    }
}

/// A point in time by the proleptic Gregorian calendar, in UTC.
struct CivilTime {
    var year: Int
    var month: Int
    var day: Int
    var hour: Int
    var minute: Int
    var second: Int
    var microsecond: Int

    init(microsecondsSince1970 microseconds: Int64) {
        let (seconds, microsecond) = Int(microseconds).flooredDivision(by: 1_000_000)
        let (days, secondOfDay) = seconds.flooredDivision(by: 86_400)
        self.microsecond = microsecond
        hour = secondOfDay / 3600
        minute = secondOfDay / 60 % 60
        second = secondOfDay % 60
        // Years from 1 March, in eras of 400 years: the leap day comes last (Howard Hinnant, chrono-compatible
        // low-level date algorithms, civil_from_days).
        let (era, dayOfEra) = (days + 719_468).flooredDivision(by: 146_097)
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let monthFromMarch = (5 * dayOfYear + 2) / 153
        day = dayOfYear - (153 * monthFromMarch + 2) / 5 + 1
        month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9
        year = era * 400 + yearOfEra + (month <= 2 ? 1 : 0)
    }
}

extension Int {
    fileprivate func flooredDivision(by divisor: Int) -> (quotient: Int, remainder: Int) {
        let (quotient, remainder) = quotientAndRemainder(dividingBy: divisor)
        return remainder < 0 ? (quotient - 1, remainder + divisor) : (quotient, remainder)
    }
}
