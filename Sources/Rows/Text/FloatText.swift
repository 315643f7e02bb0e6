/// Floating-point numbers as ECMAScript prints them (`Number::toString`): the fewest digits that read back equal,
/// plain up to 21 digits before the point and six zeros after it, else with an exponent as in `1e+21` and `1.5e-7`.
///
/// -0 prints as `0`, which compares equal: so does ECMAScript, and so does the server, which can hold -0 (an UPDATE
/// that underflows makes it) but never prints a sign. The server holds no NaN and no infinity.
public enum FloatText {
    public static func append(_ value: Double, to output: inout [UInt8]) throws(ValueError) {
        try output.write(upTo: byteCount) { (text) throws(ValueError) in try append(value, to: &text) }
    }

    /// As a 32-bit number: the digits that tell it from its neighbours among Floats, not among Doubles.
    public static func append(_ value: Float, to output: inout [UInt8]) throws(ValueError) {
        try output.write(upTo: byteCount) { (text) throws(ValueError) in try append(value, to: &text) }
    }

    /// At most: a sign, 21 digits or seven characters before 17 of them or an exponent behind these; and 8 of slack.
    static let byteCount = 40

    /// Those that a Double holds exactly.
    private static let powers: InlineArray<23, Double> = [
        1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19,
        1e20, 1e21, 1e22,
    ]
    private static let integerPowers: InlineArray<16, UInt64> = [
        1, 10, 100, 1000, 10_000, 100_000, 1_000_000, 10_000_000, 100_000_000, 1_000_000_000, 10_000_000_000,
        100_000_000_000, 1_000_000_000_000, 10_000_000_000_000, 100_000_000_000_000, 1_000_000_000_000_000,
    ]

    static func append(_ value: Double, to text: inout ByteWriter) throws(ValueError) {
        guard value.isFinite else { throw .notFinite }
        // Integers below 2^53 lie so far apart that all of their digits are needed.
        if value.magnitude < 0x1p53 {
            let whole = Int64(value)
            if Double(whole) == value { return text.append(decimal: whole) }
        }
        if !appendShort(value, to: &text) { appendShortest(value.description, to: &text) }
    }

    static func append(_ value: Float, to text: inout ByteWriter) throws(ValueError) {
        guard value.isFinite else { throw .notFinite }
        if value.magnitude < 0x1p24 {
            let whole = Int64(value)
            if Float(whole) == value { return text.append(decimal: whole) }
        }
        appendShortest(value.description, to: &text)
    }

    /// Appends `value`, which is no integer, if 15 digits tell it; false if it takes more, or is too large or small to
    /// print without an exponent.
    ///
    /// Any two decimals of 15 digits are two Doubles, so the one that reads back equal is the only one, and without the
    /// zeros at its end the shortest. That it does is seen by a division of two numbers that are both exact: it is
    /// rounded once, as reading the text is (William Clinger, "How to read floating-point numbers accurately").
    private static func appendShort(_ value: Double, to text: inout ByteWriter) -> Bool {
        let magnitude = value.magnitude
        guard magnitude >= 1e-5, magnitude < 1e14 else { return false }
        // 10^estimate <= magnitude < 2 * 10^(estimate + 1): 1233 / 2^12 is the logarithm of 2. So -6 to 13.
        let estimate = (Int(magnitude.exponent) &* 1233) >> 12
        var scale = 14 - estimate
        if magnitude * powers[scale] >= 999_999_999_999_999.5 { scale -= 1 }
        let digits = UInt64(magnitude * powers[scale] + 0.5)
        guard digits < 1_000_000_000_000_000, Double(digits) / powers[scale] == magnitude, scale > 0 else {
            return false
        }
        if value < 0 { text.append(UInt8(ascii: "-")) }
        if scale >= 15 {
            text.append("0.")
            for _ in 15..<scale { text.append(UInt8(ascii: "0")) }
            text.append(digits, digits: 15)
        } else {
            let (whole, fraction) = digits.quotientAndRemainder(dividingBy: integerPowers[scale])
            text.append(decimal: whole)
            text.append(UInt8(ascii: "."))
            text.append(fraction, digits: scale)
        }
        text.dropLast(UInt8(ascii: "0"))
        return true
    }

    /// As MySQL prints a DOUBLE inside JSON (`my_gcvt` in strings/dtoa.cc): with an exponent from 10^15 on and below
    /// 10^-15, and with `.0` behind what would read as an integer.
    static func appendInsideJSON(_ value: Double, to output: inout [UInt8]) throws(ValueError) {
        guard value.isFinite else { throw .notFinite }
        output.write(upTo: byteCount) { appendShortest(value.description, as: .server, to: &$0) }
    }

    /// Who sets the digits.
    private enum Style {
        case ecmaScript, server
    }

    /// Takes the digits of Swift's shortest description apart and sets them anew.
    private static func appendShortest(
        _ description: String, as style: Style = .ecmaScript, to text: inout ByteWriter
    ) {
        let characters = description.utf8Span.span
        var digits: InlineArray<40, UInt8> = .init(repeating: 0)
        var count = 0
        // The value is 0.d₁d₂… × 10^point.
        var point = 0
        var exponent = 0
        var isExponentNegative = false
        var part = Part.whole
        for index in characters.indices {
            let byte = characters[index]
            switch byte {
            case UInt8(ascii: "-"):
                if part == .exponent { isExponentNegative = true } else { text.append(byte) }
            case UInt8(ascii: "."): part = .fraction
            case UInt8(ascii: "e"): part = .exponent
            case UInt8(ascii: "0")...UInt8(ascii: "9"):
                if part == .exponent {
                    exponent = exponent * 10 + Int(byte - 0x30)
                } else if count == 0 && byte == 0x30 {
                    if part == .fraction { point -= 1 }
                } else if count < 40 {
                    digits[count] = byte
                    count += 1
                    if part == .whole { point += 1 }
                }
            default: break  // the exponent's +
            }
        }
        while count > 0 && digits[count - 1] == 0x30 { count -= 1 }
        point += isExponentNegative ? -exponent : exponent
        switch style {
        case .ecmaScript: appendDigits(digits.span.extracting(0..<count), point: point, to: &text)
        case .server: appendServerDigits(digits.span.extracting(0..<count), point: point, to: &text)
        }
    }

    private enum Part {
        case whole, fraction, exponent
    }

    /// ECMA-262, Number::toString, steps 6 to 10, with n = `point` and k = `digits.count`.
    private static func appendDigits(_ digits: Span<UInt8>, point: Int, to text: inout ByteWriter) {
        let count = digits.count
        if count == 0 {
            text.append(UInt8(ascii: "0"))
        } else if point > 21 || point < -5 {
            appendMantissa(digits, to: &text)
            text.append(point > 0 ? UInt8(ascii: "+") : UInt8(ascii: "-"))
            text.append(decimal: UInt64((point - 1).magnitude))
        } else if point <= 0 {
            text.append("0.")
            for _ in 0..<(-point) { text.append(UInt8(ascii: "0")) }
            text.append(digits)
        } else if point >= count {
            text.append(digits)
            for _ in count..<point { text.append(UInt8(ascii: "0")) }
        } else {
            text.append(digits.extracting(0..<point))
            text.append(UInt8(ascii: "."))
            text.append(digits.extracting(point..<count))
        }
    }

    /// `1.25e`, what stands before an exponent.
    private static func appendMantissa(_ digits: Span<UInt8>, to text: inout ByteWriter) {
        text.append(digits[0])
        if digits.count > 1 {
            text.append(UInt8(ascii: "."))
            text.append(digits.extracting(1..<digits.count))
        }
        text.append(UInt8(ascii: "e"))
    }

    /// `my_gcvt` with room for all digits; `MAX_DECPT_FOR_F_FORMAT` is 15.
    private static func appendServerDigits(_ digits: Span<UInt8>, point: Int, to text: inout ByteWriter) {
        let count = digits.count
        if count == 0 {
            text.append("0.0")
        } else if point < -14 || point > 15 && count <= point {
            appendMantissa(digits, to: &text)
            text.append(decimal: Int64(point - 1))
        } else if point <= 0 {
            text.append("0.")
            for _ in 0..<(-point) { text.append(UInt8(ascii: "0")) }
            text.append(digits)
        } else if point >= count {
            text.append(digits)
            for _ in count..<point { text.append(UInt8(ascii: "0")) }
            text.append(".0")
        } else {
            text.append(digits.extracting(0..<point))
            text.append(UInt8(ascii: "."))
            text.append(digits.extracting(point..<count))
        }
    }
}
