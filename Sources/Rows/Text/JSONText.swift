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
        var runStart = 0
        for index in text.indices {
            let byte = text[index]
            if !needsEscape(byte) { continue }
            if runStart < index { output.append(text, runStart..<index) }
            appendEscape(of: byte, to: &output)
            runStart = index + 1
        }
        if runStart < text.count { output.append(text, runStart..<text.count) }
    }

    /// Escapes what was appended to `output` since it was `start` bytes long. Most text needs no escape, so it is
    /// written first and copied again only where it does.
    static func escape(from start: Int, in output: inout [UInt8]) {
        guard let first = (start..<output.count).first(where: { needsEscape(output[$0]) }) else { return }
        let rest = Array(output[first...])
        output.removeSubrange(first...)
        appendEscaped(rest.span, to: &output)
    }

    @inline(__always)
    private static func needsEscape(_ byte: UInt8) -> Bool {
        byte < 0x20 || byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\")
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
