extension Tokenizer {
    /// `'…'`: two quotes stand for one, and a backslash escapes as on a server without NO_BACKSLASH_ESCAPES
    /// (get_text in sql/sql_lex.cc).
    mutating func string() throws(MappingError) -> Token {
        let start = position
        position += 1
        var value: [UInt8] = []
        while let byte = peek() {
            position += 1
            switch byte {
            case UInt8(ascii: "'"):
                guard peek() == UInt8(ascii: "'") else {
                    return token(.string, from: start, text: String(decoding: value, as: UTF8.self))
                }
                position += 1
                value.append(byte)
            case UInt8(ascii: "\\"):
                guard let escaped = peek() else { break }
                position += 1
                switch escaped {
                case UInt8(ascii: "n"): value.append(10)
                case UInt8(ascii: "t"): value.append(9)
                case UInt8(ascii: "r"): value.append(13)
                case UInt8(ascii: "b"): value.append(8)
                case UInt8(ascii: "0"): value.append(0)
                case UInt8(ascii: "Z"): value.append(26)
                case UInt8(ascii: "_"), UInt8(ascii: "%"):
                    // Kept as two characters, so that LIKE sees the escape.
                    value.append(UInt8(ascii: "\\"))
                    value.append(escaped)
                default: value.append(escaped)
                }
            default: value.append(byte)
            }
        }
        throw error(from: start, to: start + 1, "string without closing '")
    }

    /// `x'…'` and `b'…'`, whose letter has been read.
    mutating func quotedDigits(_ kind: Token.Kind, from start: Int) throws(MappingError) -> Token {
        position += 1
        let digits = position
        while let byte = peek(), isDigit(byte, of: kind) { position += 1 }
        guard peek() == UInt8(ascii: "'") else {
            throw error(
                from: position, to: position + 1,
                kind == .bits ? "only 0 and 1 may stand here" : "only hexadecimal digits may stand here")
        }
        let text = source.slice(SourceSpan(start: digits, end: position))
        position += 1
        if kind == .hexadecimal, text.utf8.count % 2 == 1 {
            throw error(from: start, to: position, "x'…' needs an even number of digits")
        }
        return token(kind, from: start, text: text)
    }

    private func isDigit(_ byte: UInt8, of kind: Token.Kind) -> Bool {
        kind == .bits ? byte == UInt8(ascii: "0") || byte == UInt8(ascii: "1") : byte.hexDigit != nil
    }

    /// `12`, `1.5`, `.5`, `1e10`, `0xFF`, `0b1`.
    mutating func number() throws(MappingError) -> Token {
        let start = position
        if peek() == UInt8(ascii: "0"), let mark = peek(1), let kind = Self.radix(mark) {
            position += 2
            while let byte = peek(), isDigit(byte, of: kind) { position += 1 }
            if position > start + 2 {
                try endNumber(from: start)
                let text = source.slice(SourceSpan(start: start + 2, end: position))
                return token(kind, from: start, text: text)
            }
            position = start
        }
        var kind = Token.Kind.integer
        skipDigits()
        if peek() == UInt8(ascii: ".") {
            kind = .decimal
            position += 1
            skipDigits()
        }
        if let mark = peek(), mark | 0x20 == UInt8(ascii: "e") {
            let signed = peek(1) == UInt8(ascii: "+") || peek(1) == UInt8(ascii: "-")
            if peek(signed ? 2 : 1)?.isDigit == true {
                kind = .float
                position += signed ? 2 : 1
                skipDigits()
            }
        }
        try endNumber(from: start)
        return token(kind, from: start)
    }

    private static func radix(_ mark: UInt8) -> Token.Kind? {
        switch mark {
        case UInt8(ascii: "x"): .hexadecimal
        case UInt8(ascii: "b"): .bits
        default: nil
        }
    }

    private mutating func skipDigits() {
        while let byte = peek(), byte.isDigit { position += 1 }
    }

    /// A server would read `2nd` as a name and `1.5x` as two things: neither is meant.
    private mutating func endNumber(from start: Int) throws(MappingError) {
        guard let byte = peek(), byte.isNameByte else { return }
        while let byte = peek(), byte.isNameByte { position += 1 }
        throw error(from: start, to: position, "a name that begins with a digit must be quoted")
    }
}
