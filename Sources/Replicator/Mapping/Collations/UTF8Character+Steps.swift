/// Steps from character to character.
extension UTF8Character {
    /// Moves `offset` behind the character that begins there.
    static func skip(_ text: Span<UInt8>, _ offset: inout Int) {
        offset = min(offset + length(text[offset]), text.count)
    }

    /// Where the last `count` characters begin; nil if there are fewer.
    static func offset(ofLast count: UInt64, in text: Span<UInt8>) -> Int? {
        var rest = count
        var offset = text.count
        while rest > 0 {
            guard offset > 0 else { return nil }
            offset -= 1
            while offset > 0, text[offset] & 0xC0 == 0x80 { offset -= 1 }
            rest -= 1
        }
        return offset
    }
}
