extension Decimal {
    /// The product (decimal_mul): with more fraction groups than there is room for, factors lose theirs, those first
    /// that are zero.
    static func * (left: Decimal, right: Decimal) throws(DecimalOverflow) -> Decimal {
        var leftFraction = left.fractionGroups
        var rightFraction = right.fractionGroups
        let room = try limit(
            whole: groups(forDigits: Int(left.wholeDigits) + Int(right.wholeDigits)),
            fraction: leftFraction + rightFraction)
        var digits = Int(left.fractionDigits) + Int(right.fractionDigits)
        if leftFraction + rightFraction > room.fraction {
            digits = min(digits, room.fraction * groupDigits)
            for _ in room.fraction..<leftFraction + rightFraction {
                // One past the whole groups: the lowest whole group takes part in the comparison once fractions are used up.
                let one = left.group(weight: -leftFraction)
                let other = right.group(weight: -rightFraction)
                if one == 0, leftFraction > 0 {
                    leftFraction -= 1
                } else if other == 0, rightFraction > 0 {
                    rightFraction -= 1
                } else if leftFraction != rightFraction ? leftFraction > rightFraction : one < other {
                    leftFraction -= 1
                } else {
                    rightFraction -= 1
                }
            }
        }
        var result = Decimal(
            wholeDigits: room.whole * groupDigits, fractionDigits: digits,
            isNegative: left.isNegative != right.isNegative)
        try multiply(left, leftFraction, right, rightFraction, into: &result, room.whole + room.fraction)
        // Fraction groups beyond the digits that the result has are zero, and not kept.
        var count = room.whole + result.fractionGroups
        var skipped = 0
        while result.groups[skipped] == 0, Int(result.wholeDigits) > groupDigits {
            result.wholeDigits -= Int8(groupDigits)
            skipped += 1
            count -= 1
        }
        if skipped > 0 {
            for index in 0..<maximumGroups {
                result.groups[index] = index < count ? result.groups[index + skipped] : 0
            }
        }
        return result.isNegative && result.isZero ? zero : result
    }

    /// Schoolbook multiplication of the first `wholeGroups + fraction` groups of both into `count` groups.
    private static func multiply(
        _ left: Decimal, _ leftFraction: Int, _ right: Decimal, _ rightFraction: Int, into result: inout Decimal,
        _ count: Int
    ) throws(DecimalOverflow) {
        let leftCount = left.wholeGroups + leftFraction
        let rightCount = right.wholeGroups + rightFraction
        guard leftCount > 0, rightCount > 0 else { return }
        for i in 0..<leftCount {
            let factor = UInt64(left.groups[leftCount - 1 - i])
            guard factor != 0 else { continue }
            var carry: UInt64 = 0
            var j = 0
            while j < rightCount || carry != 0 {
                let at = count - 1 - i - j
                let group = j < rightCount ? UInt64(right.groups[rightCount - 1 - j]) : 0
                guard at >= 0 else {
                    if group == 0, carry == 0 {
                        j += 1
                        continue
                    }
                    throw DecimalOverflow()
                }
                let value = factor * group + UInt64(result.groups[at]) + carry
                result.groups[at] = UInt32(value % UInt64(base))
                carry = value / UInt64(base)
                j += 1
            }
        }
    }
}
