/// An integer of either signedness: what BIGINT and BIGINT UNSIGNED are computed with, so that a result is judged by
/// its own range and not by that of its operands.
struct WholeNumber: Sendable {
    let magnitude: UInt64
    let isNegative: Bool

    init(magnitude: UInt64, isNegative: Bool) {
        self.magnitude = magnitude
        self.isNegative = isNegative && magnitude != 0
    }

    init(_ bits: Int64, isUnsigned: Bool) {
        self.init(
            magnitude: isUnsigned ? UInt64(bitPattern: bits) : bits.magnitude, isNegative: !isUnsigned && bits < 0)
    }

    var negated: WholeNumber { WholeNumber(magnitude: magnitude, isNegative: !isNegative) }

    /// Nil if the magnitude overflows.
    func adding(_ other: WholeNumber) -> WholeNumber? {
        if isNegative == other.isNegative {
            let (sum, overflow) = magnitude.addingReportingOverflow(other.magnitude)
            return overflow ? nil : WholeNumber(magnitude: sum, isNegative: isNegative)
        }
        return magnitude >= other.magnitude
            ? WholeNumber(magnitude: magnitude - other.magnitude, isNegative: isNegative)
            : WholeNumber(magnitude: other.magnitude - magnitude, isNegative: other.isNegative)
    }

    func multiplied(by other: WholeNumber) -> WholeNumber? {
        let (product, overflow) = magnitude.multipliedReportingOverflow(by: other.magnitude)
        return overflow ? nil : WholeNumber(magnitude: product, isNegative: isNegative != other.isNegative)
    }

    /// `other` is not zero.
    func divided(by other: WholeNumber) -> WholeNumber {
        WholeNumber(magnitude: magnitude / other.magnitude, isNegative: isNegative != other.isNegative)
    }

    /// As a BIGINT, or as the bits of a BIGINT UNSIGNED; nil if it is out of range.
    func bits(isUnsigned: Bool) -> Int64? {
        if isUnsigned { return isNegative ? nil : Int64(bitPattern: magnitude) }
        if isNegative { return magnitude <= Int64.min.magnitude ? Int64(truncatingIfNeeded: 0 &- magnitude) : nil }
        return Int64(exactly: magnitude)
    }
}
