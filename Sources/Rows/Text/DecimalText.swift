/// DECIMAL from the server's packed form (`decimal2bin`, strings/decimal.c): nine digits in four bytes, big endian;
/// the digits left over before the point and after it in as few bytes as hold them. The first bit is set for values
/// from 0 up; negative values have every bit inverted.
enum DecimalText {
    /// Bytes that hold 0 to 9 digits (`dig2bytes`).
    private static func byteCount(ofDigits digits: Int) -> Int { min((digits + 1) / 2, 4) }

    /// Bytes of a value of the type; nil if no column can have it.
    static func packedByteCount(precision: Int, scale: Int) -> Int? {
        // decimal.h: DECIMAL_MAX_PRECISION 65; the scale is at most 30, on MariaDB 38.
        guard (1...65).contains(precision), (0...min(precision, 38)).contains(scale) else { return nil }
        let whole = precision - scale
        return whole / 9 * 4 + byteCount(ofDigits: whole % 9) + scale / 9 * 4 + byteCount(ofDigits: scale % 9)
    }

    static func append(
        _ bytes: Span<UInt8>, precision: UInt8, scale: UInt8, to output: inout [UInt8]
    ) throws(ValueError) {
        let scale = Int(scale)
        let whole = Int(precision) - scale
        guard let expected = packedByteCount(precision: Int(precision), scale: scale) else { throw .malformedDecimal }
        guard bytes.count == expected else { throw .wrongLength(expected: expected, actual: bytes.count) }

        var reader = PackedDigits(isNegative: bytes[0] & 0x80 == 0)
        let start = output.count
        if reader.isNegative { output.append(UInt8(ascii: "-")) }
        if whole % 9 > 0 { try reader.appendWhole(digits: whole % 9, of: bytes, to: &output) }
        for _ in 0..<whole / 9 { try reader.appendWhole(digits: 9, of: bytes, to: &output) }
        // One digit stands before the point: `0.50`, never `.50`.
        if !reader.isNonzero { output.append(UInt8(ascii: "0")) }
        if scale > 0 {
            output.append(UInt8(ascii: "."))
            for _ in 0..<scale / 9 { output.append(try reader.group(digits: 9, of: bytes), digits: 9) }
            if scale % 9 > 0 { output.append(try reader.group(digits: scale % 9, of: bytes), digits: scale % 9) }
        }
        // The server has no negative zero.
        if reader.isNegative && !reader.isNonzero { output.remove(at: start) }
    }

    /// Where a packed decimal is being read.
    private struct PackedDigits {
        let isNegative: Bool
        var isNonzero = false
        var offset = 0

        init(isNegative: Bool) {
            self.isNegative = isNegative
        }

        /// Appends the next group of digits before the point, without zeros in front of the number.
        mutating func appendWhole(digits: Int, of bytes: Span<UInt8>, to output: inout [UInt8]) throws(ValueError) {
            let hasBegun = isNonzero
            let group = try group(digits: digits, of: bytes)
            if hasBegun {
                output.append(group, digits: digits)
            } else if group > 0 {
                IntegerText.append(group, to: &output)
            }
        }

        /// The next group of `digits` digits. `bytes` has been measured: each group lies inside it.
        mutating func group(digits: Int, of bytes: Span<UInt8>) throws(ValueError) -> Int {
            let mask: UInt8 = isNegative ? 0xFF : 0
            var group = 0
            for _ in 0..<DecimalText.byteCount(ofDigits: digits) {
                var byte = bytes[offset] ^ mask
                if offset == 0 { byte ^= 0x80 }
                group = group << 8 | Int(byte)
                offset += 1
            }
            if group >= Self.powers[digits] { throw .malformedDecimal }
            if group > 0 { isNonzero = true }
            return group
        }

        private static let powers: InlineArray<10, Int> = [
            1, 10, 100, 1000, 10_000, 100_000, 1_000_000, 10_000_000, 100_000_000, 1_000_000_000,
        ]
    }
}
