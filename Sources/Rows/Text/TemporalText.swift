/// Dates and times from their cells' integers (see ``ColumnType``). A field that no server can have written is an
/// error; zero and partly zero dates, and days like 31 February (`ALLOW_INVALID_DATES`), are values.
enum TemporalText {
    static func appendDate(_ packed: UInt64, to output: inout [UInt8]) throws(ValueError) {
        guard packed < 10_000 << 9 else { throw .malformedTemporal }
        let date = Int(packed)
        guard date >> 5 & 0x0F <= 12 else { throw .malformedTemporal }
        append(year: date >> 9, month: date >> 5 & 0x0F, day: date & 0x1F, to: &output)
    }

    static func appendTime(_ microseconds: Int64, fractionDigits: UInt8, to output: inout [UInt8]) throws(ValueError) {
        // The type's bounds: -838:59:59.999999 to 838:59:59.999999.
        guard microseconds.magnitude < 839 * 3600 * 1_000_000 else { throw .malformedTemporal }
        if microseconds < 0 { output.append(UInt8(ascii: "-")) }
        let magnitude = Int(microseconds.magnitude)
        let seconds = magnitude / 1_000_000
        let hours = seconds / 3600
        output.append(hours, digits: hours < 100 ? 2 : 3)
        output.append(UInt8(ascii: ":"))
        output.append(seconds / 60 % 60, digits: 2)
        output.append(UInt8(ascii: ":"))
        output.append(seconds % 60, digits: 2)
        try appendFraction(magnitude % 1_000_000, digits: fractionDigits, to: &output)
    }

    static func appendDateTime(_ packed: Int64, fractionDigits: UInt8, to output: inout [UInt8]) throws(ValueError) {
        let microsecond = Int(packed & 0xFF_FFFF)
        let time = Int(packed >> 24)
        let yearAndMonth = time >> 22
        guard packed >= 0, yearAndMonth < 10_000 * 13, microsecond < 1_000_000 else { throw .malformedTemporal }
        let (hour, minute, second) = (time >> 12 & 0x1F, time >> 6 & 0x3F, time & 0x3F)
        guard hour < 24, minute < 60, second < 60 else { throw .malformedTemporal }
        append(year: yearAndMonth / 13, month: yearAndMonth % 13, day: time >> 17 & 0x1F, to: &output)
        append(hour: hour, minute: minute, second: second, to: &output)
        try appendFraction(microsecond, digits: fractionDigits, to: &output)
    }

    static func appendTimestamp(
        _ microseconds: Int64, fractionDigits: UInt8, to output: inout [UInt8]
    ) throws(ValueError) {
        if microseconds == 0 {
            output.append("0000-00-00 00:00:00")
            try appendFraction(0, digits: fractionDigits, to: &output)
            return
        }
        // Up to the end of the year 9999; the server's own bound is 2038, or 2106 from MariaDB 11.5 on.
        guard microseconds > 0, microseconds < 253_402_300_800_000_000 else { throw .malformedTemporal }
        let time = CivilTime(microsecondsSince1970: microseconds)
        append(year: time.year, month: time.month, day: time.day, to: &output)
        append(hour: time.hour, minute: time.minute, second: time.second, to: &output)
        try appendFraction(time.microsecond, digits: fractionDigits, to: &output)
    }

    private static func append(year: Int, month: Int, day: Int, to output: inout [UInt8]) {
        output.append(year, digits: 4)
        output.append(UInt8(ascii: "-"))
        output.append(month, digits: 2)
        output.append(UInt8(ascii: "-"))
        output.append(day, digits: 2)
    }

    private static func append(hour: Int, minute: Int, second: Int, to output: inout [UInt8]) {
        output.append(UInt8(ascii: " "))
        output.append(hour, digits: 2)
        output.append(UInt8(ascii: ":"))
        output.append(minute, digits: 2)
        output.append(UInt8(ascii: ":"))
        output.append(second, digits: 2)
    }

    /// The first `digits` of six; the rest are zeros in a column of that precision.
    private static func appendFraction(
        _ microsecond: Int, digits: UInt8, to output: inout [UInt8]
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
        output.append(UInt8(ascii: "."))
        output.append(microsecond / divisor, digits: Int(digits))
    }
}
