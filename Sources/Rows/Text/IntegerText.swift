/// Integers in decimal digits, without a String in between.
public enum IntegerText {
    public static func append(_ value: UInt64, to output: inout [UInt8]) {
        if value < 10 {
            output.append(0x30 + UInt8(truncatingIfNeeded: value))
            return
        }
        var digits: InlineArray<20, UInt8> = .init(repeating: 0)
        var start = 20
        var rest = value
        while rest > 0 {
            start -= 1
            digits[start] = 0x30 + UInt8(truncatingIfNeeded: rest % 10)
            rest /= 10
        }
        output.append(digits.span, start..<20)
    }

    public static func append(_ value: Int64, to output: inout [UInt8]) {
        if value < 0 { output.append(UInt8(ascii: "-")) }
        append(value.magnitude, to: &output)
    }

    public static func append(_ value: Int, to output: inout [UInt8]) {
        append(Int64(value), to: &output)
    }
}
