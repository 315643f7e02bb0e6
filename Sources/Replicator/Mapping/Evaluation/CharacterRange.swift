/// Parts of a text, counted in characters (or bytes, where text is not UTF-8).
enum CharacterRange {
    /// Bytes of the first `characters` characters.
    static func prefix(of text: Span<UInt8>, characters: Int, _ isUTF8: Bool) -> Int {
        advance(in: text, from: 0, characters: characters, isUTF8)
    }

    /// Where the character stands that comes `characters` after the one at `start`.
    static func advance(in text: Span<UInt8>, from start: Int, characters: Int, _ isUTF8: Bool) -> Int {
        guard isUTF8 else { return min(text.count, start + min(characters, text.count - start)) }
        var offset = start
        var left = characters
        while left > 0, offset < text.count {
            offset += UTF8Character.length(text[offset])
            left -= 1
        }
        return min(offset, text.count)
    }

    static func characterCount(_ text: Span<UInt8>, _ isUTF8: Bool) -> Int {
        guard isUTF8 else { return text.count }
        var count = 0
        var offset = 0
        while offset < text.count {
            offset += UTF8Character.length(text[offset])
            count += 1
        }
        return count
    }

    /// SUBSTRING: `position` counts from 1, or from the end if negative; 0 is nowhere (Item_func_substr::val_str).
    static func range(of text: Span<UInt8>, position: Int, length: Int, _ isUTF8: Bool) -> (start: Int, count: Int) {
        guard length > 0, position != 0 else { return (0, 0) }
        let first = position > 0 ? position - 1 : characterCount(text, isUTF8) + position
        guard first >= 0 else { return (0, 0) }
        let start = advance(in: text, from: 0, characters: first, isUTF8)
        return (start, advance(in: text, from: start, characters: length, isUTF8) - start)
    }
}
