/// An exact decimal number as the server computes with: up to 81 digits in nine groups of nine, split at the point
/// (strings/decimal.c). Results keep as many digits as they have room for; what a column shows of them is its scale's
/// business. Groups, and not digits, are what the server's limits and its division count, so they are kept here too.
struct Decimal: Sendable {
    static let maximumGroups = 9
    static let groupDigits = 9
    static let base: UInt32 = 1_000_000_000

    /// Most significant first: those of the whole part, then those of the fraction. The first holds what remains of the
    /// whole part, right-aligned; the last of the fraction is filled with zeros to nine digits.
    var groups: InlineArray<9, UInt32>
    /// Digits before the point; may count leading zeros.
    var wholeDigits: Int8
    var fractionDigits: Int8
    var isNegative: Bool

    static let zero = Decimal(wholeDigits: 1, fractionDigits: 0, isNegative: false)

    init(wholeDigits: Int, fractionDigits: Int, isNegative: Bool) {
        groups = InlineArray(repeating: 0)
        self.wholeDigits = Int8(wholeDigits)
        self.fractionDigits = Int8(fractionDigits)
        self.isNegative = isNegative
    }

    init(_ value: Int64) {
        self.init(value.magnitude)
        isNegative = value < 0
    }

    init(_ value: UInt64) {
        groups = InlineArray(repeating: 0)
        fractionDigits = 0
        isNegative = false
        let base = UInt64(Self.base)
        if value < base {
            groups[0] = UInt32(value)
            wholeDigits = Int8(Self.digits(of: UInt32(value)))
        } else if value < base * base {
            groups[0] = UInt32(value / base)
            groups[1] = UInt32(value % base)
            wholeDigits = Int8(9 + Self.digits(of: groups[0]))
        } else {
            groups[0] = UInt32(value / base / base)
            groups[1] = UInt32(value / base % base)
            groups[2] = UInt32(value % base)
            wholeDigits = Int8(18 + Self.digits(of: groups[0]))
        }
    }

    /// The value of an integer that is signed or unsigned by its type.
    init(_ bits: Int64, isUnsigned: Bool) {
        self = isUnsigned ? Decimal(UInt64(bitPattern: bits)) : Decimal(bits)
    }

    var wholeGroups: Int { Self.groups(forDigits: Int(wholeDigits)) }
    var fractionGroups: Int { Self.groups(forDigits: Int(fractionDigits)) }

    var isZero: Bool {
        for index in 0..<wholeGroups + fractionGroups where groups[index] != 0 { return false }
        return true
    }

    /// The group that stands for 10^(9 * weight); 0 beyond the number's ends.
    func group(weight: Int) -> UInt32 {
        let index = wholeGroups - 1 - weight
        return index >= 0 && index < wholeGroups + fractionGroups ? groups[index] : 0
    }

    static func groups(forDigits digits: Int) -> Int {
        (digits + groupDigits - 1) / groupDigits
    }

    /// Number of digits without leading zeros; 1 for 0.
    static func digits(of group: UInt32) -> Int {
        var digits = 1
        var limit: UInt32 = 10
        while digits < 9, group >= limit {
            digits += 1
            limit *= 10
        }
        return digits == 9 && group >= base ? 10 : digits
    }

    static func power10(_ exponent: Int) -> UInt32 {
        var power: UInt32 = 1
        for _ in 0..<exponent { power *= 10 }
        return power
    }

    /// Digits before the point, without leading zeros.
    var significantWholeDigits: Int {
        let count = wholeGroups
        for index in 0..<count where groups[index] != 0 {
            return (count - 1 - index) * Self.groupDigits + Self.digits(of: groups[index])
        }
        return 0
    }

    var negated: Decimal {
        guard !isZero else { return self }
        var result = self
        result.isNegative.toggle()
        return result
    }
}

/// The server's word for a result that has more than nine groups before the point.
struct DecimalOverflow: Error {}
