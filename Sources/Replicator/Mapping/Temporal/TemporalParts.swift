/// A date and time in its parts; zero and partly zero dates are allowed.
struct DateTimeParts: Equatable, Sendable {
    var year = 0
    var month = 0
    var day = 0
    var hour = 0
    var minute = 0
    var second = 0
    var microsecond = 0

    init() {}

    /// From the form that ``ColumnType/dateTime(fractionDigits:)`` describes.
    init(packed: Int64) {
        microsecond = Int(packed & 0xFF_FFFF)
        let whole = packed >> 24
        second = Int(whole & 63)
        minute = Int(whole >> 6 & 63)
        hour = Int(whole >> 12 & 31)
        day = Int(whole >> 17 & 31)
        let months = Int(whole >> 22)
        year = months / 13
        month = months % 13
    }

    /// From the form that ``ColumnType/date`` describes.
    init(date: UInt64) {
        day = Int(date & 31)
        month = Int(date >> 5 & 15)
        year = Int(date >> 9)
    }

    /// From microseconds since 1970 UTC.
    init(microsecondsSince1970 microseconds: Int64) {
        let day: Int64 = 86_400_000_000
        var days = Int(microseconds / day)
        var rest = Int(microseconds % day)
        if rest < 0 {
            rest += Int(day)
            days -= 1
        }
        self.init(dayNumber: days)
        microsecond = rest % 1_000_000
        second = rest / 1_000_000 % 60
        minute = rest / 60_000_000 % 60
        hour = rest / 3_600_000_000
    }

    /// The date that lies `dayNumber` days after 1970-01-01 (proleptic Gregorian).
    init(dayNumber: Int) {
        // Howard Hinnant's civil_from_days: eras of 400 years that begin on 1 March.
        let shifted = dayNumber + 719_468
        let era = (shifted >= 0 ? shifted : shifted - 146_096) / 146_097
        let dayOfEra = shifted - era * 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let shiftedMonth = (5 * dayOfYear + 2) / 153
        day = dayOfYear - (153 * shiftedMonth + 2) / 5 + 1
        month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9
        year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
    }

    /// Days since 1970-01-01.
    var dayNumber: Int {
        let shiftedYear = month <= 2 ? year - 1 : year
        let era = (shiftedYear >= 0 ? shiftedYear : shiftedYear - 399) / 400
        let yearOfEra = shiftedYear - era * 400
        let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
        return era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468
    }

    var microsecondsSince1970: Int64 {
        Int64(dayNumber) * 86_400_000_000
            + Int64((hour * 60 + minute) * 60 + second) * 1_000_000 + Int64(microsecond)
    }

    var packed: Int64 {
        let days = Int64(year * 13 + month) << 5 | Int64(day)
        let whole = days << 17 | Int64(hour) << 12 | Int64(minute) << 6 | Int64(second)
        return whole << 24 | Int64(microsecond)
    }

    /// 20240229
    var dateNumber: Int64 { Int64((year * 100 + month) * 100 + day) }

    /// 20240229235959
    var number: Int64 { dateNumber * 1_000_000 + Int64((hour * 100 + minute) * 100 + second) }

    var isZero: Bool { self == DateTimeParts() }

    static func isLeap(_ year: Int) -> Bool {
        year % 4 == 0 && (year % 100 != 0 || (year % 400 == 0 && year != 0))
    }

    /// True if the day exists in its month; a month of 0 has any day.
    var hasValidDay: Bool {
        guard month > 0 else { return true }
        let lengths = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
        return day <= lengths[month - 1] || (month == 2 && day == 29 && Self.isLeap(year))
    }
}

/// A time of day or a span of time in its parts.
struct TimeParts: Equatable, Sendable {
    var isNegative = false
    var hour = 0
    var minute = 0
    var second = 0
    var microsecond = 0

    /// 838:59:59.999999
    static let maximumHour = 838

    init() {}

    init(microseconds: Int64) {
        isNegative = microseconds < 0
        let magnitude = Int(clamping: microseconds.magnitude)
        microsecond = magnitude % 1_000_000
        second = magnitude / 1_000_000 % 60
        minute = magnitude / 60_000_000 % 60
        hour = magnitude / 3_600_000_000
    }

    var microseconds: Int64 {
        let magnitude = Int64((hour * 60 + minute) * 60 + second) * 1_000_000 + Int64(microsecond)
        return isNegative ? -magnitude : magnitude
    }

    /// -8385959
    var number: Int64 {
        let magnitude = Int64((hour * 100 + minute) * 100 + second)
        return isNegative ? -magnitude : magnitude
    }
}

extension Decimal {
    /// `number` (digits of a date or time) and its microseconds.
    init(seconds number: Int64, isNegative: Bool, microsecond: Int) {
        self.init(number.magnitude)
        self.isNegative = isNegative && (number != 0 || microsecond != 0)
        guard microsecond > 0 else { return }
        groups[wholeGroups] = UInt32(microsecond) * 1000
        fractionDigits = 6
    }
}
