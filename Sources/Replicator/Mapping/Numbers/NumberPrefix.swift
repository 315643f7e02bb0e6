/// Reads the number that a text begins with, as the server does where it wants a number: leading space is skipped, what
/// follows the number is ignored, and no number at all is 0.
enum NumberPrefix {
    /// Space as of latin1's ctype table.
    static func isSpace(_ byte: UInt8) -> Bool { byte == 0x20 || (9...13).contains(byte) }

    private static func skipSpace(_ text: Span<UInt8>) -> Int {
        var offset = 0
        while offset < text.count, isSpace(text[offset]) { offset += 1 }
        return offset
    }

    /// Digits with an optional sign; nothing after the digits counts, be it a point or an exponent (my_strtoll10). The
    /// result is unsigned above Int64.max, as a bit pattern: what the server stores in its longlong.
    static func integer(_ text: Span<UInt8>) -> Int64 {
        let number = wholeNumber(text)
        if number.isNegative {
            return number.magnitude > Int64.min.magnitude ? Int64.min : Int64(truncatingIfNeeded: 0 &- number.magnitude)
        }
        return Int64(bitPattern: number.magnitude)
    }

    /// As ``integer(_:)``, cut to the range of Int64 (my_strntoll).
    static func signedInteger(_ text: Span<UInt8>) -> Int64 {
        let number = wholeNumber(text)
        return number.bits(isUnsigned: false) ?? (number.isNegative ? Int64.min : Int64.max)
    }

    /// Beyond UInt64, the largest one.
    private static func wholeNumber(_ text: Span<UInt8>) -> WholeNumber {
        var offset = skipSpace(text)
        guard offset < text.count else { return WholeNumber(magnitude: 0, isNegative: false) }
        let isNegative = text[offset] == UInt8(ascii: "-")
        if isNegative || text[offset] == UInt8(ascii: "+") { offset += 1 }
        var magnitude: UInt64 = 0
        var overflow = false
        while offset < text.count, text[offset].isDigit {
            let (product, carried) = magnitude.multipliedReportingOverflow(by: 10)
            let (sum, carriedToo) = product.addingReportingOverflow(UInt64(text[offset] - UInt8(ascii: "0")))
            if carried || carriedToo { overflow = true }
            magnitude = sum
            offset += 1
        }
        return WholeNumber(magnitude: overflow ? UInt64.max : magnitude, isNegative: isNegative)
    }

    /// The parts of a number with point and exponent.
    private struct Parts {
        var isNegative = false
        /// Values 0 to 9, without leading zeros.
        var digits: [UInt8] = []
        /// How many of `digits` stand before the point; negative with zeros in between.
        var point = 0
        var exponent = 0
        /// How many digits there were before and behind the point, zeros included.
        var wholeCount = 0
        var fractionCount = 0
        /// The number as it stands, for conversions that want text.
        var end = 0
        var start = 0
    }

    private static func parts(_ text: Span<UInt8>) -> Parts? {
        var parts = Parts()
        var offset = skipSpace(text)
        parts.start = offset
        guard offset < text.count else { return nil }
        parts.isNegative = text[offset] == UInt8(ascii: "-")
        if parts.isNegative || text[offset] == UInt8(ascii: "+") { offset += 1 }
        while offset < text.count, text[offset].isDigit {
            if text[offset] != UInt8(ascii: "0") || !parts.digits.isEmpty {
                parts.digits.append(text[offset] - UInt8(ascii: "0"))
                parts.point += 1
            }
            parts.wholeCount += 1
            offset += 1
        }
        if offset < text.count, text[offset] == UInt8(ascii: ".") {
            offset += 1
            while offset < text.count, text[offset].isDigit {
                if text[offset] != UInt8(ascii: "0") || !parts.digits.isEmpty {
                    parts.digits.append(text[offset] - UInt8(ascii: "0"))
                } else {
                    parts.point -= 1
                }
                parts.fractionCount += 1
                offset += 1
            }
        }
        guard parts.wholeCount + parts.fractionCount > 0 else { return nil }
        parts.end = offset
        if offset + 1 < text.count, text[offset] | 0x20 == UInt8(ascii: "e") {
            readExponent(text, from: offset + 1, into: &parts)
        }
        return parts
    }

    private static func readExponent(_ text: Span<UInt8>, from start: Int, into parts: inout Parts) {
        var offset = start
        let isNegative = text[offset] == UInt8(ascii: "-")
        if isNegative || text[offset] == UInt8(ascii: "+") { offset += 1 }
        guard offset < text.count, text[offset].isDigit else { return }
        var value = 0
        while offset < text.count, text[offset].isDigit {
            value = min(value * 10 + Int(text[offset] - UInt8(ascii: "0")), 1_000_000)
            offset += 1
        }
        parts.exponent = isNegative ? -value : value
        parts.end = offset
    }

    /// The nearest double; the largest one for what lies beyond (my_strtod, and what the server makes of its error).
    static func double(_ text: Span<UInt8>) -> Double {
        guard let parts = parts(text), !parts.digits.isEmpty else { return 0 }
        let scale = parts.point - parts.digits.count + parts.exponent
        if parts.digits.count <= 15, abs(scale) <= 22 {
            // Both are exact as doubles, so one operation rounds once.
            let digits = Double(parts.digits.reduce(UInt64(0)) { $0 * 10 + UInt64($1) })
            let value = scale < 0 ? digits / powers[-scale] : digits * powers[scale]
            return parts.isNegative ? -value : value
        }
        var number = parts.isNegative ? "-" : ""
        for digit in parts.digits { number.unicodeScalars.append(Unicode.Scalar(digit + UInt8(ascii: "0"))) }
        number += "e\(scale)"
        guard let value = Double(number) else { return 0 }
        guard value.isFinite else {
            return parts.isNegative ? -Double.greatestFiniteMagnitude : Double.greatestFiniteMagnitude
        }
        return value
    }

    private static let powers: [Double] = [
        1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19,
        1e20, 1e21, 1e22,
    ]

    /// The decimal number; 65 nines for what is too large (str2my_decimal).
    static func decimal(_ text: Span<UInt8>) -> Decimal {
        guard let parts = parts(text) else { return .zero }
        do {
            var number = try Decimal(
                digits: parts.digits.span, point: parts.point + parts.exponent, isNegative: parts.isNegative,
                rounds: parts.exponent != 0)
            // Without an exponent zeros behind the point count as digits: '1.50' has a scale of 2.
            if parts.exponent == 0 {
                let room = (Decimal.maximumGroups - number.wholeGroups) * Decimal.groupDigits
                number.fractionDigits = Int8(min(parts.fractionCount, room))
            }
            return number
        } catch {
            return .saturated(isNegative: parts.isNegative)
        }
    }
}
