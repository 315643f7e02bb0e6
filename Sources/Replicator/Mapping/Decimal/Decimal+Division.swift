extension Decimal {
    /// Groups of a whole number while it is divided, most significant first.
    private struct Wide {
        var groups: InlineArray<40, UInt32> = InlineArray(repeating: 0)
        var count = 0

        /// The first `count` groups of `number`, without leading zeros, and `zeros` groups behind them.
        init(_ number: Decimal, count given: Int, zeros: Int) {
            for index in 0..<given where count > 0 || number.groups[index] != 0 {
                groups[count] = number.groups[index]
                count += 1
            }
            if count > 0 { count += zeros }
        }
    }

    /// The quotient, cut off (not rounded) after as many fraction groups as both operands have, and `increment` digits
    /// more (do_div_mod); nil if `right` is zero.
    static func divide(_ left: Decimal, by right: Decimal, increment: Int) throws(DecimalOverflow) -> Decimal? {
        guard let leading = right.leadingGroup else { return nil }
        guard let leftLeading = left.leadingGroup else { return zero }
        let leftScale = left.fractionGroups * groupDigits
        let rightScale = right.fractionGroups * groupDigits
        let used = leftScale - Int(left.fractionDigits) + rightScale - Int(right.fractionDigits)
        let more = max(0, increment - used)
        let wholeDigits =
            left.significantWholePosition - right.significantWholePosition + (leftLeading >= leading ? 1 : 0)
        let room = try limit(
            whole: wholeDigits < 0 ? 0 : groups(forDigits: wholeDigits),
            fraction: groups(forDigits: leftScale + rightScale + more))
        var result = Decimal(
            wholeDigits: room.whole * groupDigits, fractionDigits: room.fraction * groupDigits,
            isNegative: left.isNegative != right.isNegative)
        // left / right = (left's groups * 10^9^shift / right's groups) / 10^9^fraction
        let shift = room.fraction + right.fractionGroups - left.fractionGroups
        let leftCount = left.wholeGroups + left.fractionGroups
        var dividend = Wide(left, count: max(0, leftCount + min(0, shift)), zeros: max(0, shift))
        let divisor = Wide(right, count: right.wholeGroups + right.fractionGroups, zeros: 0)
        let total = room.whole + room.fraction
        longDivision(&dividend, by: divisor) { position, digit in
            // `position` counts from the lowest group.
            if position < total { result.groups[total - 1 - position] = digit }
        }
        // One that is too small for its scale is a zero with a sign.
        return result
    }

    /// The remainder of division to a whole number, with the sign of `left` even if it is zero; nil if `right` is zero.
    static func remainder(_ left: Decimal, by right: Decimal) -> Decimal? {
        guard !right.isZero else { return nil }
        guard !left.isZero else { return zero }
        let scale = max(left.fractionGroups, right.fractionGroups)
        var dividend = Wide(
            left, count: left.wholeGroups + left.fractionGroups, zeros: scale - left.fractionGroups)
        let divisor = Wide(
            right, count: right.wholeGroups + right.fractionGroups, zeros: scale - right.fractionGroups)
        longDivision(&dividend, by: divisor) { _, _ in }
        // What is left stands at the end of the dividend.
        var first = 0
        while first < dividend.count - scale, dividend.groups[first] == 0 { first += 1 }
        let whole = max(0, dividend.count - first - scale)
        if whole == 0, scale == 0 { return zero }
        let kept = min(scale, maximumGroups - whole)
        let digits = Int(max(left.fractionDigits, right.fractionDigits))
        var result = Decimal(
            wholeDigits: whole * groupDigits, fractionDigits: min(digits, kept * groupDigits),
            isNegative: left.isNegative)
        for weight in -kept..<whole {
            let index = dividend.count - 1 - scale - weight
            result.groups[whole - 1 - weight] = index >= 0 ? dividend.groups[index] : 0
        }
        return result
    }

    /// The first group that is not zero; nil for zero.
    private var leadingGroup: UInt32? {
        for index in 0..<wholeGroups + fractionGroups where groups[index] != 0 { return groups[index] }
        return nil
    }

    /// Digits from the first one that is not zero to the point; negative if it stands behind the point.
    private var significantWholePosition: Int {
        for index in 0..<wholeGroups + fractionGroups where groups[index] != 0 {
            return (wholeGroups - 1 - index) * Self.groupDigits + Self.digits(of: groups[index])
        }
        return 0
    }

    /// Knuth's algorithm D. Leaves the remainder in `dividend`, and hands over the groups of the quotient that are not
    /// zero, with their distance from the lowest one.
    private static func longDivision(
        _ dividend: inout Wide, by divisor: Wide, _ digit: (Int, UInt32) -> Void
    ) {
        let length = divisor.count
        guard dividend.count >= length else { return }
        let base = UInt64(base)
        let first = UInt64(divisor.groups[0])
        let second = length > 1 ? UInt64(divisor.groups[1]) : 0
        for start in 0...dividend.count - length {
            let high = start > 0 ? UInt64(dividend.groups[start - 1]) : 0
            let top = high * base + UInt64(dividend.groups[start])
            let next = length > 1 ? UInt64(dividend.groups[start + 1]) : 0
            var guess = top / first
            if guess >= base { guess = base - 1 }
            // Without normalising, a guess by the first group alone may be far too high: correct it by two groups.
            if length > 1 {
                let wanted = UInt128(top) * UInt128(base) + UInt128(next)
                guess = min(guess, UInt64(min(wanted / UInt128(first * base + second), UInt128(base - 1))))
            }
            guard guess > 0 else { continue }
            while !subtract(guess, times: divisor, from: &dividend, at: start) { guess -= 1 }
            if guess > 0 { digit(dividend.count - length - start, UInt32(guess)) }
        }
    }

    /// Subtracts `factor * divisor` from the groups of `dividend` that begin before `start`; false, with nothing changed,
    /// if that is more than they hold.
    private static func subtract(
        _ factor: UInt64, times divisor: Wide, from dividend: inout Wide, at start: Int
    ) -> Bool {
        let saved = dividend
        var carry: UInt64 = 0
        for offset in stride(from: divisor.count - 1, through: 0, by: -1) {
            let taken = factor * UInt64(divisor.groups[offset]) + carry
            carry = taken / UInt64(base)
            let low = UInt32(taken % UInt64(base))
            let group = dividend.groups[start + offset]
            if group < low {
                dividend.groups[start + offset] = group + base - low
                carry += 1
            } else {
                dividend.groups[start + offset] = group - low
            }
        }
        guard carry > 0 else { return true }
        guard start > 0, UInt64(dividend.groups[start - 1]) >= carry else {
            dividend = saved
            return false
        }
        dividend.groups[start - 1] -= UInt32(carry)
        return true
    }
}
