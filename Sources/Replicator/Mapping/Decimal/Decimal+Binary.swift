/// The packed form of DECIMAL columns (decimal2bin, bin2decimal): groups of nine digits in four bytes, what remains at
/// both ends in as many bytes as it needs, negative numbers inverted, the first bit inverted.
extension Decimal {
    private static func byteCount(digits: Int) -> Int { min((digits + 1) / 2, 4) }

    static func packedByteCount(precision: Int, scale: Int) -> Int {
        let whole = precision - scale
        return whole / groupDigits * 4 + byteCount(digits: whole % groupDigits)
            + scale / groupDigits * 4 + byteCount(digits: scale % groupDigits)
    }

    /// Nil if `bytes` are not the packed form of a number.
    init?(packed bytes: Span<UInt8>, precision: Int, scale: Int) {
        guard bytes.count == Self.packedByteCount(precision: precision, scale: scale), bytes.count > 0 else {
            return nil
        }
        let mask: UInt32 = bytes[0] & 0x80 != 0 ? 0 : ~0
        self.init(wholeDigits: precision - scale, fractionDigits: scale, isNegative: mask != 0)
        var offset = 0
        func group(digits: Int) -> UInt32? {
            let count = Self.byteCount(digits: digits)
            var value: UInt32 = 0
            for _ in 0..<count {
                value = value << 8 | UInt32(offset == 0 ? bytes[0] ^ 0x80 : bytes[offset])
                offset += 1
            }
            value = (value ^ mask) & (count == 4 ? ~0 : (1 << UInt32(count * 8)) - 1)
            return value < Self.power10(digits) || digits == 0 ? value : nil
        }
        var filled = 0
        let whole = precision - scale
        for digits in [whole % Self.groupDigits] + Array(repeating: Self.groupDigits, count: whole / Self.groupDigits)
        where digits > 0 {
            guard let value = group(digits: digits) else { return nil }
            if filled > 0 || value != 0 {
                groups[filled] = value
                filled += 1
            } else {
                wholeDigits -= Int8(digits)
            }
        }
        for _ in 0..<scale / Self.groupDigits {
            guard let value = group(digits: Self.groupDigits) else { return nil }
            groups[filled] = value
            filled += 1
        }
        let rest = scale % Self.groupDigits
        if rest > 0 {
            guard let value = group(digits: rest) else { return nil }
            groups[filled] = value * Self.power10(Self.groupDigits - rest)
        }
        if wholeDigits == 0, fractionDigits == 0 { self = .zero }
    }

    /// Appends the packed form, rounded to `scale`. False, with nothing appended, if the number has more digits before
    /// the point than the type.
    func append(precision: Int, scale: Int, to output: inout [UInt8]) -> Bool {
        let number = rounded(to: scale)
        let whole = precision - scale
        guard number.significantWholeDigits <= whole else { return false }
        let start = output.count
        let mask: UInt32 = number.isNegative && !number.isZero ? ~0 : 0
        func append(_ value: UInt32, digits: Int) {
            let count = Self.byteCount(digits: digits)
            let value = value ^ mask
            for index in stride(from: count - 1, through: 0, by: -1) {
                output.append(UInt8(truncatingIfNeeded: value >> UInt32(index * 8)))
            }
        }
        let full = whole / Self.groupDigits
        if whole % Self.groupDigits > 0 { append(number.group(weight: full), digits: whole % Self.groupDigits) }
        for weight in stride(from: full - 1, through: 0, by: -1) {
            append(number.group(weight: weight), digits: Self.groupDigits)
        }
        let fraction = scale / Self.groupDigits
        for index in 0..<fraction { append(number.group(weight: -1 - index), digits: Self.groupDigits) }
        let rest = scale % Self.groupDigits
        if rest > 0 {
            append(number.group(weight: -1 - fraction) / Self.power10(Self.groupDigits - rest), digits: rest)
        }
        output[start] ^= 0x80
        return true
    }
}
