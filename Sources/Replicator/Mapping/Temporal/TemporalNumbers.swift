/// Dates and times that are written as numbers: 20240229, 240229235959, -8385959 (number_to_datetime_or_date and
/// number_to_time_only in sql-common/my_time.c).
extension DateTimeParts {
    /// Nil if the number is none, or negative.
    init?(number: UInt64, isNegative: Bool, microsecond: Int, allowsInvalidDays: Bool) {
        guard !isNegative, number <= 99_991_231_235_959 else { return nil }
        guard let (full, isDate) = Self.completed(number) else { return nil }
        let (date, clock) = (Int(full / 1_000_000), Int(full % 1_000_000))
        self.init()
        (year, month, day) = (date / 10_000, date / 100 % 100, date % 100)
        (hour, minute, second) = (clock / 10_000, clock / 100 % 100, clock % 100)
        self.microsecond = isDate ? 0 : microsecond
        guard month <= 12, day <= 31, hour <= 23, minute <= 59, second <= 59 else { return nil }
        guard number == 0 || allowsInvalidDays || hasValidDay else { return nil }
    }

    /// YYYYMMDDhhmmss; and whether only a date was given.
    private static func completed(_ number: UInt64) -> (UInt64, isDate: Bool)? {
        switch number {
        case 0, 10_000_101_000_000...: (number, false)
        case 101...691_231: ((number + 20_000_000) * 1_000_000, true)
        case 700_101...991_231: ((number + 19_000_000) * 1_000_000, true)
        case 10_000_101...99_991_231: (number * 1_000_000, true)
        case 101_000_000...691_231_235_959: (number + 20_000_000_000_000, false)
        case 700_101_000_000...991_231_235_959: (number + 19_000_000_000_000, false)
        case 991_231_235_960..<10_000_101_000_000: (number, false)
        default: nil
        }
    }
}

extension TimeParts {
    /// Nil if the number is none. One with more than seven digits is a date with time, of which the time counts.
    init?(number: UInt64, isNegative: Bool, microsecond: Int) {
        self.init()
        if number > 9_999_999, number <= 99_991_231_235_959, !isNegative {
            guard
                let parts = DateTimeParts(
                    number: number, isNegative: false, microsecond: microsecond, allowsInvalidDays: true)
            else { return nil }
            (hour, minute, second, self.microsecond) = (parts.hour, parts.minute, parts.second, parts.microsecond)
            return
        }
        // The server's check refuses the largest fraction too (number_to_time_only).
        guard number / 100 % 100 < 60, number % 100 < 60, microsecond < 999_999 else { return nil }
        self.isNegative = isNegative
        if number / 10_000 > Self.maximumHour {
            (hour, minute, second, self.microsecond) = (Self.maximumHour, 59, 59, 999_999)
        } else {
            (hour, minute, second) = (Int(number / 10_000), Int(number / 100 % 100), Int(number % 100))
            self.microsecond = microsecond
        }
    }
}

/// A number as seconds and microseconds (Sec6).
struct SecondsNumber: Sendable {
    let whole: UInt64
    let microsecond: Int
    let isNegative: Bool

    init(_ value: Int64, isUnsigned: Bool) {
        whole = isUnsigned ? UInt64(bitPattern: value) : value.magnitude
        microsecond = 0
        isNegative = !isUnsigned && value < 0
    }

    init(_ value: Decimal) {
        let truncated = value.rounded(to: 0, .towardsZero)
        var magnitude = truncated
        magnitude.isNegative = false
        // my_decimal2seconds: what has more than two groups is the largest number.
        whole = magnitude.wholeGroups > 2 ? UInt64(Int64.max) : magnitude.uint64
        microsecond = value.fractionDigits > 0 ? Int(value.group(weight: -1) / 1000) : 0
        isNegative = value.isNegative
    }

    init(_ value: Double) {
        isNegative = value < 0
        let magnitude = value.magnitude
        guard magnitude <= 0x1p63 else {
            whole = UInt64.max
            microsecond = 0
            return
        }
        whole = UInt64(magnitude)
        microsecond = Int((magnitude - magnitude.rounded(.down)) * 1_000_000_000) / 1000
    }
}
