extension Double {
    /// Rounded (halves to even) and cut to the range of the type (Converter_double_to_longlong in sql/field.cc).
    var roundedInt64: Int64 {
        let value = rounded(.toNearestOrEven)
        if value <= -0x1p63 { return Int64.min }
        if value >= 0x1p63 { return Int64.max }
        return Int64(value)
    }

    /// As ``roundedInt64``; a negative number gives 0.
    var roundedUInt64: UInt64 {
        let value = rounded(.toNearestOrEven)
        if value < 0 { return 0 }
        if value >= 0x1p64 { return UInt64.max }
        return UInt64(value)
    }

    /// The decimal number with its shortest digits; 65 nines for what is too large.
    var decimal: Decimal {
        let digits = DoubleText.Digits(magnitude)
        do {
            var bytes: [UInt8] = []
            for index in 0..<digits.count { bytes.append(digits.digits[index]) }
            return try Decimal(digits: bytes.span, point: digits.point, isNegative: self < 0)
        } catch {
            return .saturated(isNegative: self < 0)
        }
    }
}

extension Decimal {
    /// The nearest double.
    var double: Double {
        var value = 0.0
        let count = wholeGroups + fractionGroups
        // Up to fifteen digits and a power of ten that is exact: one division rounds once.
        if count <= 2 {
            var digits: UInt64 = 0
            for index in 0..<count { digits = digits * UInt64(Self.base) + UInt64(groups[index]) }
            if digits < 1 << 53 {
                value = Double(digits) / (fractionGroups == 0 ? 1 : fractionGroups == 1 ? 1e9 : 1e18)
                return isNegative ? -value : value
            }
        }
        var text: [UInt8] = []
        append(to: &text)
        return NumberPrefix.double(text.span)
    }
}
