extension Decimal {
    /// Appends `-12.50`: as many fraction digits as the number has, at least one digit before the point.
    func append(to output: inout [UInt8]) {
        if isNegative { output.append(UInt8(ascii: "-")) }
        let whole = wholeGroups
        var started = false
        for index in 0..<whole {
            let group = groups[index]
            if started {
                Self.append(group, digits: Self.groupDigits, to: &output)
            } else if group != 0 {
                Self.append(group, digits: Self.digits(of: group), to: &output)
                started = true
            }
        }
        if !started { output.append(UInt8(ascii: "0")) }
        guard fractionDigits > 0 else { return }
        output.append(UInt8(ascii: "."))
        var left = Int(fractionDigits)
        var index = whole
        while left > 0 {
            let digits = min(left, Self.groupDigits)
            Self.append(groups[index] / Self.power10(Self.groupDigits - digits), digits: digits, to: &output)
            left -= digits
            index += 1
        }
    }

    private static func append(_ value: UInt32, digits: Int, to output: inout [UInt8]) {
        var unit = power10(digits - 1)
        while unit > 0 {
            output.append(UInt8(ascii: "0") + UInt8(value / unit % 10))
            unit /= 10
        }
    }

    /// The largest number of DECIMAL(precision, scale).
    static func largest(precision: Int, scale: Int, isNegative: Bool) -> Decimal {
        var number = Decimal(wholeDigits: precision - scale, fractionDigits: scale, isNegative: isNegative)
        let whole = precision - scale
        for weight in 0..<number.wholeGroups {
            let digits = min(groupDigits, whole - weight * groupDigits)
            number.groups[number.wholeGroups - 1 - weight] = power10(digits) - 1
        }
        for index in 0..<number.fractionGroups {
            let digits = min(groupDigits, scale - index * groupDigits)
            number.groups[number.wholeGroups + index] = base - power10(groupDigits - digits)
        }
        return number
    }

    /// What the server takes for a number that is too large to be one: 65 nines.
    static func saturated(isNegative: Bool) -> Decimal {
        largest(precision: 65, scale: 0, isNegative: isNegative)
    }

    /// The number with `digits` (values 0 to 9), `point` of which stand before the point; negative: zeros stand between
    /// the point and the first. Fraction digits beyond the room that there is are rounded, or cut off.
    init(digits: Span<UInt8>, point: Int, isNegative: Bool, rounds: Bool = true) throws(DecimalOverflow) {
        var first = 0
        while first < digits.count, digits[first] == 0 { first += 1 }
        var last = digits.count
        while last > first, digits[last - 1] == 0 { last -= 1 }
        guard last > first else {
            self = .zero
            return
        }
        let whole = max(0, point - first)
        var fraction = max(0, last - point)
        let wholeGroups = Self.groups(forDigits: whole)
        guard wholeGroups <= Self.maximumGroups else { throw DecimalOverflow() }
        let room = (Self.maximumGroups - wholeGroups) * Self.groupDigits
        let cut = fraction > room
        if cut { fraction = room }
        self.init(wholeDigits: whole, fractionDigits: fraction, isNegative: isNegative)
        for position in first..<max(first, min(last, point + fraction)) {
            let digit = UInt32(digits[position])
            if position < point {
                let distance = point - 1 - position
                groups[wholeGroups - 1 - distance / Self.groupDigits] +=
                    digit * Self.power10(distance % Self.groupDigits)
            } else {
                let distance = position - point
                groups[wholeGroups + distance / Self.groupDigits] +=
                    digit * Self.power10(Self.groupDigits - 1 - distance % Self.groupDigits)
            }
        }
        if cut, rounds, point + fraction >= 0, point + fraction < digits.count, digits[point + fraction] >= 5 {
            roundUp()
        }
        if isZero { self = .zero }
    }

    /// Adds one unit of the last fraction group.
    private mutating func roundUp() {
        var index = wholeGroups + fractionGroups - 1
        while index >= 0 {
            groups[index] += 1
            if groups[index] < Self.base { return }
            groups[index] = 0
            index -= 1
        }
        // All groups were full, and there was none before the point.
        self = Decimal(Int64(isNegative ? -1 : 1))
    }
}
