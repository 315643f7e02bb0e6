extension Decimal {
    enum Rounding {
        /// To the nearest; a half away from zero.
        case nearest
        case towardsZero
    }

    /// With `scale` digits behind the point (decimal_round). With more than there is room for, as many as fit.
    func rounded(to scale: Int, _ mode: Rounding = .nearest) -> Decimal {
        let whole = wholeGroups
        let scale = min(scale, (Self.maximumGroups - whole) * Self.groupDigits)
        var result = self
        result.fractionDigits = Int8(scale)
        guard scale < fractionDigits else {
            // Groups beyond the fraction are zero already.
            return result
        }
        // The group that is cut, and how many of its digits stay.
        let cut = whole + scale / Self.groupDigits
        let kept = scale % Self.groupDigits
        let unit = Self.power10(Self.groupDigits - kept)
        let rest = groups[cut] % unit
        for index in cut..<whole + fractionGroups { result.groups[index] = 0 }
        if kept > 0 { result.groups[cut] = groups[cut] - rest }
        if mode == .nearest, rest >= unit / 2 { result.increase(at: kept > 0 ? cut : cut - 1, by: kept > 0 ? unit : 1) }
        if result.isNegative, result.isZero { result.isNegative = false }
        return result
    }

    /// Adds to a group, and carries. `index` -1 stands for a new first group.
    private mutating func increase(at index: Int, by amount: UInt32) {
        var index = index
        var carry = amount
        while carry > 0, index >= 0 {
            groups[index] += carry
            carry = groups[index] >= Self.base ? 1 : 0
            if carry == 1 { groups[index] -= Self.base }
            index -= 1
        }
        let whole = wholeGroups
        if carry > 0 {
            // The last fraction group gives way if there is no room; it is zero, or lost as on the server.
            for at in stride(from: min(whole + fractionGroups, Self.maximumGroups - 1), to: 0, by: -1) {
                groups[at] = groups[at - 1]
            }
            groups[0] = 1
            wholeDigits = Int8(whole * Self.groupDigits + 1)
            let room = (Self.maximumGroups - whole - 1) * Self.groupDigits
            if Int(fractionDigits) > room { fractionDigits = Int8(room) }
        } else if whole > 0 {
            // 999.9 became 1000.
            let digits = (whole - 1) * Self.groupDigits + Self.digits(of: groups[0])
            if digits > Int(wholeDigits) { wholeDigits = Int8(digits) }
        }
    }

    /// Rounded to a whole number, and cut to the range of the type.
    var int64: Int64 {
        let (magnitude, overflow) = wholeMagnitude
        if overflow || magnitude > Int64.max.magnitude {
            return isNegative ? Int64.min : Int64.max
        }
        return isNegative ? -Int64(magnitude) : Int64(magnitude)
    }

    /// As ``int64``; a negative number gives 0.
    var uint64: UInt64 {
        let (magnitude, overflow) = wholeMagnitude
        if isNegative { return 0 }
        return overflow ? UInt64.max : magnitude
    }

    /// A whole number's bits as BIGINT or BIGINT UNSIGNED; nil if it is out of range.
    func exactBits(isUnsigned: Bool) -> Int64? {
        let (magnitude, overflow) = wholeMagnitude
        return overflow ? nil : WholeNumber(magnitude: magnitude, isNegative: isNegative).bits(isUnsigned: isUnsigned)
    }

    private var wholeMagnitude: (UInt64, overflow: Bool) {
        let whole = rounded(to: 0)
        var value: UInt64 = 0
        for index in 0..<whole.wholeGroups {
            let (product, overflow) = value.multipliedReportingOverflow(by: UInt64(Self.base))
            let (sum, carried) = product.addingReportingOverflow(UInt64(whole.groups[index]))
            if overflow || carried { return (0, true) }
            value = sum
        }
        return (value, false)
    }
}
