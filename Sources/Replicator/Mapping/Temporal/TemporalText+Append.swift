/// Dates and times as the server's expressions turn them into text (my_TIME_to_str).
extension DateTimeParts {
    func appendDate(to output: inout [UInt8]) {
        output.appendNumber(year, digits: 4)
        output.append(UInt8(ascii: "-"))
        output.appendNumber(month, digits: 2)
        output.append(UInt8(ascii: "-"))
        output.appendNumber(day, digits: 2)
    }

    func append(fractionDigits: Int, to output: inout [UInt8]) {
        appendDate(to: &output)
        output.append(UInt8(ascii: " "))
        output.appendClock(hour, minute, second, microsecond, fractionDigits: fractionDigits)
    }
}

extension TimeParts {
    func append(fractionDigits: Int, to output: inout [UInt8]) {
        if isNegative { output.append(UInt8(ascii: "-")) }
        output.appendClock(hour, minute, second, microsecond, fractionDigits: fractionDigits)
    }
}

extension [UInt8] {
    /// Decimal digits with leading zeros.
    fileprivate mutating func appendNumber(_ value: Int, digits: Int) {
        var text = String(value)
        if text.utf8.count < digits { text = String(repeating: "0", count: digits - text.utf8.count) + text }
        append(contentsOf: text.utf8)
    }

    fileprivate mutating func appendClock(
        _ hour: Int, _ minute: Int, _ second: Int, _ microsecond: Int, fractionDigits: Int
    ) {
        appendNumber(hour, digits: 2)
        append(UInt8(ascii: ":"))
        appendNumber(minute, digits: 2)
        append(UInt8(ascii: ":"))
        appendNumber(second, digits: 2)
        guard fractionDigits > 0 else { return }
        append(UInt8(ascii: "."))
        var unit = 100_000
        for _ in 0..<fractionDigits {
            append(UInt8(ascii: "0") + UInt8(microsecond / unit % 10))
            unit /= 10
        }
    }
}
