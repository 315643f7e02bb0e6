/// Cuts a mapping file into tokens, as the server does with `sql_mode = 'ANSI_QUOTES'` (sql/sql_lex.cc): double quotes
/// are for names, backslashes escape in strings, `||` is OR.
struct Tokenizer {
    let source: MappingSource
    let bytes: [UInt8]
    var position = 0

    init(_ source: MappingSource) {
        self.source = source
        bytes = Array(source.text.utf8)
    }

    /// All tokens of the file, the last of them `.end`.
    static func tokens(of source: MappingSource) throws(MappingError) -> [Token] {
        var tokenizer = Tokenizer(source)
        var tokens: [Token] = []
        repeat {
            tokens.append(try tokenizer.next())
        } while tokens.last?.kind != .end
        return tokens
    }

    /// The byte `distance` after the current one; nil behind the end.
    func peek(_ distance: Int = 0) -> UInt8? {
        position + distance < bytes.count ? bytes[position + distance] : nil
    }

    func error(from start: Int, to end: Int, _ message: String) -> MappingError {
        MappingError(source, SourceSpan(start: start, end: end), message)
    }

    func token(_ kind: Token.Kind, from start: Int, text: String? = nil) -> Token {
        let span = SourceSpan(start: start, end: position)
        return Token(kind: kind, span: span, text: text ?? source.slice(span))
    }

    private mutating func next() throws(MappingError) -> Token {
        try skipSpace()
        let start = position
        guard let byte = peek() else { return token(.end, from: start, text: "") }
        switch byte {
        case UInt8(ascii: "'"): return try string()
        case UInt8(ascii: "`"), UInt8(ascii: "\""): return try quotedName(byte)
        case _ where byte.isDigit: return try number()
        case UInt8(ascii: ".") where peek(1)?.isDigit == true && !followsName(start): return try number()
        case _ where byte.isNameByte: return try word()
        default: return try symbol()
        }
    }

    /// True right behind a name or quote: there a point separates names.
    private func followsName(_ start: Int) -> Bool {
        guard start > 0 else { return false }
        let before = bytes[start - 1]
        return before.isNameByte || before == UInt8(ascii: "`") || before == UInt8(ascii: "\"")
    }

    // MARK: - Space and comments

    private mutating func skipSpace() throws(MappingError) {
        while let byte = peek() {
            switch byte {
            case UInt8(ascii: " "), 9...13:
                position += 1
            case UInt8(ascii: "#"):
                skipLine()
            case UInt8(ascii: "-") where peek(1) == UInt8(ascii: "-") && (peek(2).map { $0 <= 32 } ?? true):
                // Without the space `--` is two minus signs, as on the server.
                skipLine()
            case UInt8(ascii: "/") where peek(1) == UInt8(ascii: "*"):
                try skipBlockComment()
            default: return
            }
        }
    }

    private mutating func skipLine() {
        while let byte = peek(), byte != UInt8(ascii: "\n") { position += 1 }
    }

    private mutating func skipBlockComment() throws(MappingError) {
        let start = position
        position += 2
        if peek() == UInt8(ascii: "!") || (peek() == UInt8(ascii: "M") && peek(1) == UInt8(ascii: "!")) {
            throw error(
                from: start, to: position + 1,
                "a server runs what stands in this comment, depending on its version: write it out, or leave it away")
        }
        while let byte = peek() {
            position += 1
            if byte == UInt8(ascii: "*"), peek() == UInt8(ascii: "/") {
                position += 1
                return
            }
        }
        throw error(from: start, to: start + 2, "comment without end")
    }

    // MARK: - Names

    private mutating func word() throws(MappingError) -> Token {
        let start = position
        while let byte = peek(), byte.isNameByte { position += 1 }
        if peek() == UInt8(ascii: "'"), position - start == 1 {
            switch bytes[start] {
            case UInt8(ascii: "x"), UInt8(ascii: "X"): return try quotedDigits(.hexadecimal, from: start)
            case UInt8(ascii: "b"), UInt8(ascii: "B"): return try quotedDigits(.bits, from: start)
            case UInt8(ascii: "n"), UInt8(ascii: "N"):
                throw error(from: start, to: start + 1, "N'…' is not supported: strings are UTF-8, write '…'")
            default: break
            }
        }
        return token(.word, from: start)
    }

    private mutating func quotedName(_ quote: UInt8) throws(MappingError) -> Token {
        let start = position
        position += 1
        var name: [UInt8] = []
        while let byte = peek() {
            position += 1
            if byte == quote {
                guard peek() == quote else {
                    guard !name.isEmpty else { throw error(from: start, to: position, "empty name") }
                    return token(.quotedName, from: start, text: String(decoding: name, as: UTF8.self))
                }
                position += 1
            }
            name.append(byte)
        }
        throw error(from: start, to: start + 1, "name without closing \(quote == UInt8(ascii: "`") ? "`" : "\"")")
    }

    // MARK: - Symbols

    /// Longest first.
    private static let symbols = [
        "<=>", "<<", ">>", "<>", "!=", "<=", ">=", "&&", "||", ":=", "->", "=", "<", ">", "+", "-", "*", "/", "%", "(",
        ")", ",", ";", ".", "!", "|", "&", "^", "~",
    ]

    private mutating func symbol() throws(MappingError) -> Token {
        let start = position
        for symbol in Self.symbols where bytes[start...].starts(with: symbol.utf8) {
            position += symbol.utf8.count
            return token(.symbol, from: start)
        }
        switch bytes[start] {
        case UInt8(ascii: "@"): throw error(from: start, to: start + 1, "variables are not supported in a mapping")
        case UInt8(ascii: "?"): throw error(from: start, to: start + 1, "parameters are not supported in a mapping")
        default: throw error(from: start, to: start + 1, "unexpected character")
        }
    }
}

extension UInt8 {
    var isDigit: Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(self) }

    /// What an unquoted name is made of: letters, digits, `$`, `_`, and all beyond ASCII.
    var isNameByte: Bool {
        switch self {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "_"),
            UInt8(ascii: "$"), 0x80...0xFF:
            true
        default: isDigit
        }
    }

    /// The value of a hexadecimal digit.
    var hexDigit: UInt8? {
        switch self {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): self - UInt8(ascii: "0")
        case UInt8(ascii: "a")...UInt8(ascii: "f"): self - UInt8(ascii: "a") + 10
        case UInt8(ascii: "A")...UInt8(ascii: "F"): self - UInt8(ascii: "A") + 10
        default: nil
        }
    }
}
