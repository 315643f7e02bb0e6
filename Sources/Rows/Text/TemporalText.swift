/// Dates and times from their cells' integers (see ``ColumnType``). A field that no server can have written is an
/// error; zero and partly zero dates, and days like 31 February (`ALLOW_INVALID_DATES`), are values.
enum TemporalText {
    static func appendDate(_ packed: UInt64, to output: inout [UInt8]) throws(ValueError) {
        guard packed < 10_000 << 9 else { throw .malformedTemporal }
        let date = Int(packed)
        guard date >> 5 & 0x0F <= 12 else { throw .malformedTemporal }
        var text = ShortText()
        text.append(year: date >> 9, month: date >> 5 & 0x0F, day: date & 0x1F)
        output.append(text)
    }

    static func appendTime(_ microseconds: Int64, fractionDigits: UInt8, to output: inout [UInt8]) throws(ValueError) {
        // The type's bounds: -838:59:59.999999 to 838:59:59.999999.
        guard microseconds.magnitude < 839 * 3600 * 1_000_000 else { throw .malformedTemporal }
        let magnitude = Int(microseconds.magnitude)
        let seconds = magnitude / 1_000_000
        var text = ShortText()
        if microseconds < 0 { text.append(UInt8(ascii: "-")) }
        text.append(hour: seconds / 3600, minute: seconds / 60 % 60, second: seconds % 60)
        try appendFraction(magnitude % 1_000_000, digits: fractionDigits, to: &text)
        output.append(text)
    }

    static func appendDateTime(_ packed: Int64, fractionDigits: UInt8, to output: inout [UInt8]) throws(ValueError) {
        let microsecond = Int(packed & 0xFF_FFFF)
        let time = Int(packed >> 24)
        let yearAndMonth = time >> 22
        guard packed >= 0, yearAndMonth < 10_000 * 13, microsecond < 1_000_000 else { throw .malformedTemporal }
        let (hour, minute, second) = (time >> 12 & 0x1F, time >> 6 & 0x3F, time & 0x3F)
        guard hour < 24, minute < 60, second < 60 else { throw .malformedTemporal }
        var text = ShortText()
        text.append(year: yearAndMonth / 13, month: yearAndMonth % 13, day: time >> 17 & 0x1F)
        text.append(UInt8(ascii: " "))
        text.append(hour: hour, minute: minute, second: second)
        try appendFraction(microsecond, digits: fractionDigits, to: &text)
        output.append(text)
    }

    static func appendTimestamp(
        _ microseconds: Int64, fractionDigits: UInt8, to output: inout [UInt8]
    ) throws(ValueError) {
        if microseconds == 0 {
            try appendDateTime(0, fractionDigits: fractionDigits, to: &output)
            return
        }
        // Up to the end of the year 9999; the server's own bound is 2038, or 2106 from MariaDB 11.5 on.
        guard microseconds > 0, microseconds < 253_402_300_800_000_000 else { throw .malformedTemporal }
        let time = CivilTime(microsecondsSince1970: microseconds)
        var text = ShortText()
        text.append(year: time.year, month: time.month, day: time.day)
        text.append(UInt8(ascii: " "))
        text.append(hour: time.hour, minute: time.minute, second: time.second)
        try appendFraction(time.microsecond, digits: fractionDigits, to: &text)
        output.append(text)
    }

    /// The first `digits` of six; the rest are zeros in a column of that precision.
    private static func appendFraction(
        _ microsecond: Int, digits: UInt8, to text: inout ShortText
    ) throws(ValueError) {
        let divisor =
            switch digits {
            case 0: 0
            case 1: 100_000
            case 2: 10_000
            case 3: 1000
            case 4: 100
            case 5: 10
            case 6: 1
            default: throw ValueError.malformedTemporal
            }
        if divisor == 0 { return }
        text.append(UInt8(ascii: "."))
        text.append(microsecond / divisor, digits: Int(digits))
    }
}
