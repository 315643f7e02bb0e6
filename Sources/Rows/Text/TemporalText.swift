/// Dates and times from their cells' integers (see ``ColumnType``). A field that no server can have written is an
/// error; zero and partly zero dates, and days like 31 February (`ALLOW_INVALID_DATES`), are values.
enum TemporalText {
    @inline(__always)
    static func appendDate(_ packed: UInt64, to text: inout ByteWriter) throws(ValueError) {
        guard packed < 10_000 << 9, packed >> 5 & 0x0F <= 12 else { throw .malformedTemporal }
        text.append(year: packed >> 9, month: packed >> 5 & 0x0F, day: packed & 0x1F)
    }

    static func appendTime(
        _ microseconds: Int64, fractionDigits: UInt8, to text: inout ByteWriter
    ) throws(ValueError) {
        // The type's bounds: -838:59:59.999999 to 838:59:59.999999.
        let magnitude = microseconds.magnitude
        guard magnitude < 839 * 3600 * 1_000_000 else { throw .malformedTemporal }
        let (seconds, microsecond) = magnitude.quotientAndRemainder(dividingBy: 1_000_000)
        if microseconds < 0 { text.append(UInt8(ascii: "-")) }
        text.append(hour: seconds / 3600, minute: seconds / 60 % 60, second: seconds % 60)
        try appendFraction(microsecond, digits: fractionDigits, to: &text)
    }

    @inline(__always)
    static func appendDateTime(
        _ packed: Int64, fractionDigits: UInt8, to text: inout ByteWriter
    ) throws(ValueError) {
        let microsecond = UInt64(bitPattern: packed) & 0xFF_FFFF
        let time = UInt64(bitPattern: packed) >> 24
        let yearAndMonth = time >> 22
        // A negative one is out of range too.
        guard yearAndMonth < 10_000 * 13, microsecond < 1_000_000 else { throw .malformedTemporal }
        let (hour, minute, second) = (time >> 12 & 0x1F, time >> 6 & 0x3F, time & 0x3F)
        guard hour < 24, minute < 60, second < 60 else { throw .malformedTemporal }
        text.append(year: yearAndMonth / 13, month: yearAndMonth % 13, day: time >> 17 & 0x1F)
        text.append(UInt8(ascii: " "))
        text.append(hour: hour, minute: minute, second: second)
        try appendFraction(microsecond, digits: fractionDigits, to: &text)
    }

    @inline(__always)
    static func appendTimestamp(
        _ microseconds: Int64, fractionDigits: UInt8, to text: inout ByteWriter
    ) throws(ValueError) {
        if microseconds == 0 { return try appendDateTime(0, fractionDigits: fractionDigits, to: &text) }
        // Up to the end of the year 9999; the server's own bound is 2038, or 2106 from MariaDB 11.5 on.
        guard microseconds > 0, microseconds < 253_402_300_800_000_000 else { throw .malformedTemporal }
        let time = CivilTime(microsecondsSince1970: microseconds)
        text.append(year: time.year, month: time.month, day: time.day)
        text.append(UInt8(ascii: " "))
        text.append(hour: time.hour, minute: time.minute, second: time.second)
        try appendFraction(time.microsecond, digits: fractionDigits, to: &text)
    }

    /// The first `digits` of six; the rest are zeros in a column of that precision.
    @inline(__always)
    private static func appendFraction(
        _ microsecond: UInt64, digits: UInt8, to text: inout ByteWriter
    ) throws(ValueError) {
        if digits == 0 { return }
        guard digits <= 6 else { throw .malformedTemporal }
        text.append(UInt8(ascii: "."))
        text.append(firstDigits: Int(digits), ofEight: microsecond &* 100)
    }
}

extension ByteWriter {
    /// `2024-02-29`
    @inline(__always)
    mutating func append(year: UInt64, month: UInt64, day: UInt64) {
        let yearText = Self.twoDigits(year / 100) | Self.twoDigits(year % 100) &<< 16
        append(yearText | 0x2D00_002D_0000_0000 | Self.twoDigits(month) &<< 40)
        append(twoDigits: day)
    }

    /// `23:59:59`; three digits of the hour where it has them.
    @inline(__always)
    mutating func append(hour: UInt64, minute: UInt64, second: UInt64) {
        if hour >= 100 { append(0x30 + UInt8(truncatingIfNeeded: hour / 100)) }
        let hourAndMinute = Self.twoDigits(hour % 100) | Self.twoDigits(minute) &<< 24
        append(hourAndMinute | 0x0000_3A00_003A_0000 | Self.twoDigits(second) &<< 48)
    }
}
