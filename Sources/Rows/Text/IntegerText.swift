/// Integers in decimal digits, without a String in between.
public enum IntegerText {
    public static func append(_ value: UInt64, to output: inout [UInt8]) {
        output.write(upTo: byteCount) { $0.append(decimal: value) }
    }

    public static func append(_ value: Int64, to output: inout [UInt8]) {
        output.write(upTo: byteCount) { $0.append(decimal: value) }
    }

    public static func append(_ value: Int, to output: inout [UInt8]) {
        append(Int64(value), to: &output)
    }

    /// At most: a sign and 19 digits, or 20 digits.
    static let byteCount = 20
}

extension [UInt8] {
    /// Appends two numbers, each behind its text, and a last text: in one step, as the end of a line is.
    package mutating func append(
        _ first: Span<UInt8>, _ number: UInt64, _ second: StaticString, _ other: UInt64, _ last: Span<UInt8>
    ) {
        let count = first.count + second.utf8CodeUnitCount + last.count + 2 * IntegerText.byteCount
        write(upTo: count) { text in
            text.append(first)
            text.append(decimal: number)
            text.append(second)
            text.append(decimal: other)
            text.append(last)
        }
    }
}

extension ByteWriter {
    @inline(__always)
    mutating func append(decimal value: Int64) {
        if value < 0 { append(UInt8(ascii: "-")) }
        append(decimal: value.magnitude)
    }

    /// Takes room for 8 bytes, or for as many as there are digits.
    @inline(__always)
    mutating func append(decimal value: UInt64) {
        if value < 100_000_000 {
            appendFirst(value)
            return
        }
        let (high, low) = value.quotientAndRemainder(dividingBy: 100_000_000)
        if high < 100_000_000 {
            appendFirst(high)
        } else {
            let (top, middle) = high.quotientAndRemainder(dividingBy: 100_000_000)
            appendFirst(top)
            append(Self.eightDigits(middle))
        }
        append(Self.eightDigits(low))
    }

    /// Appends `value`, which is less than 10^`digits`, with zeros in front to make 1 to 16 digits. Takes room for 8
    /// bytes more than that.
    @inline(__always)
    mutating func append(_ value: UInt64, digits: Int) {
        if digits <= 8 {
            append(Self.eightDigits(value) &>> UInt64(64 &- 8 &* digits), count: digits)
            return
        }
        let (high, low) = value.quotientAndRemainder(dividingBy: 100_000_000)
        append(Self.eightDigits(high) &>> UInt64(128 &- 8 &* digits), count: digits - 8)
        append(Self.eightDigits(low))
    }

    /// Appends the first `count` of the eight digits of `value`, which is less than 10^8. Takes room for 8 bytes.
    @inline(__always)
    mutating func append(firstDigits count: Int, ofEight value: UInt64) {
        append(Self.eightDigits(value), count: count)
    }

    /// Appends two digits of `value`, which is less than 100.
    @inline(__always)
    mutating func append(twoDigits value: UInt64) {
        append(UInt16(truncatingIfNeeded: Self.twoDigits(value)))
    }

    /// The two digits of `value`, which is less than 100, the first one in the lowest byte.
    @inline(__always)
    static func twoDigits(_ value: UInt64) -> UInt64 {
        let tens = (value &* 103) &>> 10
        return (tens | (value &- tens &* 10) &<< 8) &+ 0x3030
    }

    /// Appends `value`, which is less than 10^8, without zeros in front.
    @inline(__always)
    private mutating func appendFirst(_ value: UInt64) {
        let digits = Self.eightDigits(value)
        // One digit at least. The digit zero has no bit of the low four.
        let zeros = min((digits & 0x0F0F_0F0F_0F0F_0F0F).trailingZeroBitCount &>> 3, 7)
        append(digits &>> UInt64(8 &* zeros), count: 8 &- zeros)
    }

    /// The eight digits of `value`, which is less than 10^8, as ASCII, the first one in the lowest byte: halves of four
    /// digits are split into twos and these into ones, all at once (Paul Khuong, "How to print integers really fast").
    @inline(__always)
    private static func eightDigits(_ value: UInt64) -> UInt64 {
        let high = value / 10_000
        let fours = high | (value &- high &* 10_000) &<< 32
        // 10486 / 2^20 is 1/100 for what is less than 10,000, and 103 / 2^10 is 1/10 for what is less than 100.
        let hundreds = (fours &* 10_486) &>> 20 & 0x7F_0000_007F
        let twos = hundreds | (fours &- hundreds &* 100) &<< 16
        let tens = (twos &* 103) &>> 10 & 0x000F_000F_000F_000F
        return (tens | (twos &- tens &* 10) &<< 8) &+ 0x3030_3030_3030_3030
    }

    /// Appends two lowercase digits.
    mutating func append(hexadecimal byte: UInt8) {
        append(Self.hexadecimalDigit(byte >> 4))
        append(Self.hexadecimalDigit(byte & 0x0F))
    }

    static func hexadecimalDigit(_ value: UInt8) -> UInt8 {
        value < 10 ? value + UInt8(ascii: "0") : value - 10 + UInt8(ascii: "a")
    }
}
