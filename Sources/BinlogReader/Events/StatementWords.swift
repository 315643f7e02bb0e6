/// A piece of a statement's text, comments and white space left out.
package enum StatementToken: Equatable {
    /// A keyword, a name without quotes, or a number.
    case word(String)
    /// In backticks or double quotes, which are taken off. Without `ANSI_QUOTES` the latter is a string.
    case quoted(String)
    /// In single quotes (or in double quotes, where they are strings), which are taken off, and escapes resolved.
    case string(String)
    case symbol(UInt8)

    /// What it is as a name; nil if it can be none.
    package var name: String? {
        switch self {
        case .word(let name), .quoted(let name): name
        case .string, .symbol: nil
        }
    }

    func isSymbol(_ character: Unicode.Scalar) -> Bool { self == .symbol(UInt8(ascii: character)) }
}

/// The tokens of a statement, read as they are asked for. The content of `/*! … */` and `/*M! … */` counts, as the
/// servers run it.
package struct StatementWords: IteratorProtocol {
    private let text: [UInt8]
    private let dialect: StatementDialect
    private var index = 0
    /// How much of the text was taken, in bytes.
    package var offset: Int { min(index, text.count) }
    /// A comment came by whose content some versions of the servers run and others do not (`/*!50800 … */`).
    private(set) var isConditional = false

    package init(_ text: [UInt8], dialect: StatementDialect = StatementDialect()) {
        self.text = text
        self.dialect = dialect
    }

    /// What is left, without space around it.
    var rest: String {
        let trimmed = text.dropFirst(index).drop { Self.isSpace($0) }
        return String(decoding: trimmed, as: UTF8.self)
    }

    /// The next bare word in upper case; all else is passed over.
    package mutating func next() -> String? {
        while let token = nextToken() {
            if case .word(let word) = token { return word.uppercased() }
        }
        return nil
    }

    /// The next token, which stays.
    func peek() -> StatementToken? {
        var ahead = self
        return ahead.nextToken()
    }

    /// Takes the next token if it is one of these words, given in upper case.
    mutating func take(_ words: String...) -> Bool {
        var ahead = self
        guard case .word(let word) = ahead.nextToken(), words.contains(word.uppercased()) else { return false }
        self = ahead
        return true
    }

    package mutating func nextToken() -> StatementToken? {
        while index < text.count {
            let byte = text[index]
            switch byte {
            case UInt8(ascii: "'"), UInt8(ascii: "\""), UInt8(ascii: "`"): return takeQuoted(byte)
            case UInt8(ascii: "#"): skipLine()
            case UInt8(ascii: "-") where peek(1) == UInt8(ascii: "-") && peek(2).map(Self.isSpace) ?? true: skipLine()
            case UInt8(ascii: "/") where peek(1) == UInt8(ascii: "*"): skipComment()
            // Ends the comment whose content was read.
            case UInt8(ascii: "*") where peek(1) == UInt8(ascii: "/"): index += 2
            case let byte where Self.isWord(byte):
                let start = index
                while index < text.count, Self.isWord(text[index]) { index += 1 }
                return .word(String(decoding: text[start..<index], as: UTF8.self))
            case let byte where Self.isSpace(byte): index += 1
            default:
                index += 1
                return .symbol(byte)
            }
        }
        return nil
    }

    private func peek(_ distance: Int) -> UInt8? {
        index + distance < text.count ? text[index + distance] : nil
    }

    private mutating func skipLine() {
        while index < text.count, text[index] != UInt8(ascii: "\n") { index += 1 }
    }

    /// A quote inside is doubled, or stands behind a backslash.
    private mutating func takeQuoted(_ quote: UInt8) -> StatementToken {
        let isString = quote == UInt8(ascii: "'") || quote == UInt8(ascii: "\"") && dialect.doubleQuotes == .strings
        let hasEscapes = quote != UInt8(ascii: "`") && dialect.hasBackslashEscapes
        var content: [UInt8] = []
        index += 1
        while index < text.count {
            if text[index] == UInt8(ascii: "\\"), hasEscapes {
                if let escaped = peek(1) { Self.append(escaped: escaped, to: &content) }
                index += 2
                continue
            }
            if text[index] == quote {
                guard peek(1) == quote else { break }
                index += 1
            }
            content.append(text[index])
            index += 1
        }
        index += 1
        let string = String(decoding: content, as: UTF8.self)
        return isString ? .string(string) : .quoted(string)
    }

    /// What a byte behind a backslash stands for (`get_text` in sql/sql_lex.cc).
    private static func append(escaped byte: UInt8, to content: inout [UInt8]) {
        switch byte {
        case UInt8(ascii: "0"): content.append(0x00)
        case UInt8(ascii: "b"): content.append(0x08)
        case UInt8(ascii: "t"): content.append(0x09)
        case UInt8(ascii: "n"): content.append(0x0A)
        case UInt8(ascii: "r"): content.append(0x0D)
        case UInt8(ascii: "Z"): content.append(0x1A)
        // For patterns: they keep the backslash.
        case UInt8(ascii: "%"), UInt8(ascii: "_"): content += [UInt8(ascii: "\\"), byte]
        default: content.append(byte)
        }
    }

    /// `/* … */`; of `/*!40101 … */` and `/*M!100100 … */` only the mark and the version, if the server runs the rest.
    private mutating func skipComment() {
        index += 2
        let isForMariaDB = index < text.count && text[index] == UInt8(ascii: "M")
        let mark = isForMariaDB ? index + 1 : index
        let isCode = mark < text.count && text[mark] == UInt8(ascii: "!")
        if isCode {
            let digits = text.dropFirst(mark + 1).prefix(6).prefix { (0x30...0x39).contains($0) }
            let version = digits.count < 5 ? nil : Int(String(decoding: digits, as: UTF8.self))
            if version != nil { isConditional = true }
            if dialect.runs(commentFor: version, isForMariaDB: isForMariaDB) {
                index = mark + 1 + (version == nil ? 0 : digits.count)
                return
            }
        }
        var depth = 1
        while index < text.count, depth > 0 {
            if text[index] == UInt8(ascii: "*"), peek(1) == UInt8(ascii: "/") {
                index += 2
                depth -= 1
            } else if isCode, text[index] == UInt8(ascii: "/"), peek(1) == UInt8(ascii: "*") {
                // Code that is not run may have comments of its own.
                index += 2
                depth += 1
            } else {
                index += 1
            }
        }
    }

    private static func isSpace(_ byte: UInt8) -> Bool { byte == 0x20 || (0x09...0x0D).contains(byte) }

    private static func isWord(_ byte: UInt8) -> Bool {
        switch byte {
        case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, UInt8(ascii: "_"), UInt8(ascii: "$"), 0x80...: true
        default: false
        }
    }
}
