extension Decimal {
    static func + (left: Decimal, right: Decimal) throws(DecimalOverflow) -> Decimal {
        left.isNegative == right.isNegative ? try sum(left, right) : try difference(left, right)
    }

    static func - (left: Decimal, right: Decimal) throws(DecimalOverflow) -> Decimal {
        left.isNegative == right.isNegative ? try difference(left, right) : try sum(left, right)
    }

    /// How many groups of a result fit: the fraction gives way first.
    static func limit(whole: Int, fraction: Int) throws(DecimalOverflow) -> (whole: Int, fraction: Int) {
        guard whole <= maximumGroups else { throw DecimalOverflow() }
        return (whole, min(fraction, maximumGroups - whole))
    }

    /// Adds magnitudes; the sign is that of `left`.
    private static func sum(_ left: Decimal, _ right: Decimal) throws(DecimalOverflow) -> Decimal {
        var whole = max(left.wholeGroups, right.wholeGroups)
        // Room for a carry, as far as the first groups let one expect it.
        if left.group(weight: whole - 1) + right.group(weight: whole - 1) > base - 2 { whole += 1 }
        let wanted = max(left.fractionGroups, right.fractionGroups)
        let room = try limit(whole: whole, fraction: wanted)
        let digits = Int(max(left.fractionDigits, right.fractionDigits))
        var result = Decimal(
            wholeDigits: room.whole * groupDigits,
            fractionDigits: room.fraction < wanted ? min(digits, room.fraction * groupDigits) : digits,
            isNegative: left.isNegative)
        var carry: UInt32 = 0
        for weight in -room.fraction..<room.whole {
            var group = left.group(weight: weight) + right.group(weight: weight) + carry
            carry = group >= base ? 1 : 0
            if carry == 1 { group -= base }
            result.groups[room.whole - 1 - weight] = group
        }
        return result
    }

    /// Subtracts magnitudes; the sign is that of `left`, turned round if `right` is larger.
    private static func difference(_ left: Decimal, _ right: Decimal) throws(DecimalOverflow) -> Decimal {
        let order = compareMagnitudes(left, right)
        guard order != 0 else { return zero }
        let (larger, smaller) = order > 0 ? (left, right) : (right, left)
        var whole = larger.wholeGroups
        while whole > 0, larger.group(weight: whole - 1) == 0 { whole -= 1 }
        let wanted = max(left.fractionGroups, right.fractionGroups)
        let room = try limit(whole: whole, fraction: wanted)
        let digits = Int(max(left.fractionDigits, right.fractionDigits))
        var result = Decimal(
            wholeDigits: room.whole * groupDigits,
            fractionDigits: room.fraction < wanted ? min(digits, room.fraction * groupDigits) : digits,
            isNegative: left.isNegative != (order < 0))
        var borrow: UInt32 = 0
        for weight in -room.fraction..<room.whole {
            let taken = smaller.group(weight: weight) + borrow
            let group = larger.group(weight: weight)
            borrow = group < taken ? 1 : 0
            result.groups[room.whole - 1 - weight] = borrow == 1 ? group + base - taken : group - taken
        }
        return result
    }

    /// Below 0, 0 or above 0, as the magnitude of `left` is less than, equal to or greater than that of `right`.
    static func compareMagnitudes(_ left: Decimal, _ right: Decimal) -> Int {
        let low = -max(left.fractionGroups, right.fractionGroups)
        var weight = max(left.wholeGroups, right.wholeGroups) - 1
        while weight >= low {
            let (one, other) = (left.group(weight: weight), right.group(weight: weight))
            if one != other { return one < other ? -1 : 1 }
            weight -= 1
        }
        return 0
    }

    static func compare(_ left: Decimal, _ right: Decimal) -> Int {
        // A remainder may be a zero with a sign, and is then below zero, as on the server.
        guard left.isNegative == right.isNegative else { return left.isNegative ? -1 : 1 }
        let order = compareMagnitudes(left, right)
        return left.isNegative ? -order : order
    }
}
