/// Floating-point numbers as ECMAScript prints them (`Number::toString`): the fewest digits that read back equal,
/// plain up to 21 digits before the point and six zeros after it, else with an exponent as in `1e+21` and `1.5e-7`.
///
/// -0 prints as `0`, which compares equal: so does ECMAScript, and so does the server, which can hold -0 (an UPDATE
/// that underflows makes it) but never prints a sign. The server holds no NaN and no infinity.
public enum FloatText {
    public static func append(_ value: Double, to output: inout [UInt8]) throws(ValueError) {
        guard value.isFinite else { throw .notFinite }
        // Integers below 2^53 lie so far apart that all of their digits are needed.
        if value.magnitude < 0x1p53 {
            let whole = Int64(value)
            if Double(whole) == value { return IntegerText.append(whole, to: &output) }
        }
        appendShortest(value.description, to: &output)
    }

    /// As a 32-bit number: the digits that tell it from its neighbours among Floats, not among Doubles.
    public static func append(_ value: Float, to output: inout [UInt8]) throws(ValueError) {
        guard value.isFinite else { throw .notFinite }
        if value.magnitude < 0x1p24 {
            let whole = Int64(value)
            if Float(whole) == value { return IntegerText.append(whole, to: &output) }
        }
        appendShortest(value.description, to: &output)
    }

    /// Takes the digits of Swift's shortest description apart and sets them as ECMAScript does.
    private static func appendShortest(_ description: String, to output: inout [UInt8]) {
        let text = description.utf8Span.span
        var digits: InlineArray<40, UInt8> = .init(repeating: 0)
        var count = 0
        // The value is 0.d₁d₂… × 10^point.
        var point = 0
        var exponent = 0
        var isExponentNegative = false
        var part = Part.whole
        for index in text.indices {
            let byte = text[index]
            switch byte {
            case UInt8(ascii: "-"):
                if part == .exponent { isExponentNegative = true } else { output.append(byte) }
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
        appendDigits(digits.span.extracting(0..<count), point: point, to: &output)
    }

    private enum Part {
        case whole, fraction, exponent
    }

    /// ECMA-262, Number::toString, steps 6 to 10, with n = `point` and k = `digits.count`.
    private static func appendDigits(_ digits: Span<UInt8>, point: Int, to output: inout [UInt8]) {
        let count = digits.count
        if count == 0 {
            output.append(0x30)
        } else if point > 21 || point < -5 {
            output.append(digits[0])
            if count > 1 {
                output.append(UInt8(ascii: "."))
                output.append(digits, 1..<count)
            }
            output.append(UInt8(ascii: "e"))
            output.append(point > 0 ? UInt8(ascii: "+") : UInt8(ascii: "-"))
            IntegerText.append(abs(point - 1), to: &output)
        } else if point <= 0 {
            output.append("0.")
            for _ in 0..<(-point) { output.append(0x30) }
            output.append(digits, 0..<count)
        } else if point >= count {
            output.append(digits, 0..<count)
            for _ in count..<point { output.append(0x30) }
        } else {
            output.append(digits, 0..<point)
            output.append(UInt8(ascii: "."))
            output.append(digits, point..<count)
        }
    }
}
