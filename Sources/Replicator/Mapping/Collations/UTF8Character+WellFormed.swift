/// For bytes that nobody has checked.
extension UTF8Character {
    /// The character at `offset`, which moves behind it; nil if there is none (my_utf8mb4_uni in strings/ctype-utf8.c).
    static func wellFormed(_ text: Span<UInt8>, _ offset: inout Int) -> UInt32? {
        guard offset < text.count else { return nil }
        let first = text[offset]
        guard first >= 0x80 else {
            offset += 1
            return UInt32(first)
        }
        let count = length(first)
        guard (0xC2...0xF4).contains(first), offset + count <= text.count else { return nil }
        var value = UInt32(first) & (0xFF >> UInt32(count + 1))
        for index in 1..<count {
            guard text[offset + index] & 0xC0 == 0x80 else { return nil }
            value = value << 6 | UInt32(text[offset + index] & 0x3F)
        }
        let least: UInt32 = count == 2 ? 0x80 : count == 3 ? 0x800 : 0x10000
        guard value >= least, value <= 0x10FFFF else { return nil }
        offset += count
        return value
    }
}
