/// DECIMAL from the server's packed form (`decimal2bin`, strings/decimal.c): nine digits in four bytes, big endian;
/// the digits left over before the point and after it in as few bytes as hold them. The first bit is set for values
/// from 0 up; negative values have every bit inverted.
enum DecimalText {
    /// Bytes that hold 0 to 9 digits (`dig2bytes`).
    private static func byteCount(ofDigits digits: Int) -> Int { min((digits + 1) / 2, 4) }

    /// decimal.h: DECIMAL_MAX_PRECISION, of columns.
    static let greatestPrecision = 65
    /// Of the numbers inside JSON documents, where the server counts whole groups of nine digits (`Json_decimal::
    /// get_binary`, sql-common/json_dom.cc), of which it has nine (DECIMAL_BUFF_LENGTH).
    static let greatestPrecisionInJSON = 81

    /// Bytes of a value of the type; nil if there is no such type.
    static func packedByteCount(
        precision: Int, scale: Int, upTo greatest: Int = greatestPrecision
    ) -> Int? {
        // The scale is at most 30, on MariaDB 38.
        guard (1...greatest).contains(precision), (0...min(precision, 38)).contains(scale) else { return nil }
        let whole = precision - scale
        return whole / 9 * 4 + byteCount(ofDigits: whole % 9) + scale / 9 * 4 + byteCount(ofDigits: scale % 9)
    }

    private static let powers: InlineArray<10, UInt64> = [
        1, 10, 100, 1000, 10_000, 100_000, 1_000_000, 10_000_000, 100_000_000, 1_000_000_000,
    ]

    /// Appends a packed decimal of the type. Takes room for 84 bytes.
    static func append(
        _ bytes: Span<UInt8>, precision: UInt8, scale: UInt8, upTo greatest: Int = greatestPrecision,
        to text: inout ByteWriter
    ) throws(ValueError) {
        let scale = Int(scale)
        let whole = Int(precision) - scale
        guard let expected = packedByteCount(precision: Int(precision), scale: scale, upTo: greatest) else {
            throw .malformedDecimal
        }
        guard bytes.count == expected else { throw .wrongLength(expected: expected, actual: bytes.count) }

        var digits = PackedDigits(bytes)
        if digits.isBelowZero(bytes) { text.append(UInt8(ascii: "-")) }
        // Without zeros in front of the number, but for one before the point: `0.50`, never `.50`.
        var hasBegun = false
        if whole % 9 > 0 {
            let group = try digits.next(whole % 9, of: bytes)
            if group > 0 {
                text.append(decimal: group)
                hasBegun = true
            }
        }
        for _ in 0..<whole / 9 {
            let group = try digits.next(9, of: bytes)
            if hasBegun {
                text.append(group, digits: 9)
            } else if group > 0 {
                text.append(decimal: group)
                hasBegun = true
            }
        }
        if !hasBegun { text.append(UInt8(ascii: "0")) }
        if scale == 0 { return }
        text.append(UInt8(ascii: "."))
        for _ in 0..<scale / 9 { text.append(try digits.next(9, of: bytes), digits: 9) }
        if scale % 9 > 0 { text.append(try digits.next(scale % 9, of: bytes), digits: scale % 9) }
    }

    /// Where a packed decimal is being read.
    private struct PackedDigits {
        /// What inverts the bytes of a negative value.
        private let mask: UInt64
        private var offset = 0

        init(_ bytes: Span<UInt8>) {
            mask = bytes[0] & 0x80 == 0 ? 0xFFFF_FFFF : 0
        }

        /// The server has no negative zero.
        func isBelowZero(_ bytes: Span<UInt8>) -> Bool {
            guard mask != 0 else { return false }
            if bytes[0] != 0x7F { return true }
            for index in 1..<bytes.count where bytes[index] != 0xFF { return true }
            return false
        }

        /// The next group of `digits` digits. The value has been measured: each group lies inside it.
        @inline(__always)
        mutating func next(_ digits: Int, of bytes: Span<UInt8>) throws(ValueError) -> UInt64 {
            let count = byteCount(ofDigits: digits)
            var group: UInt64 = 0
            for index in offset..<offset + count { group = group << 8 | UInt64(bytes[index]) }
            group ^= mask & (1 << UInt64(8 * count) - 1)
            // The first bit is the sign's.
            if offset == 0 { group ^= 0x80 << UInt64(8 * (count - 1)) }
            offset += count
            if group >= powers[digits] { throw .malformedDecimal }
            return group
        }
    }
}
