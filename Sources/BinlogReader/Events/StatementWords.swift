/// A piece of a statement's text, comments and white space left out.
package enum StatementToken: Equatable {
    /// A keyword, a name without quotes, or a number.
    case word(String)
    /// In backticks or double quotes, which are taken off. Without `ANSI_QUOTES` the latter is a string.
    case quoted(String)
    /// In single quotes.
    case string
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
    private var index = 0
    /// How much of the text was taken, in bytes.
    var offset: Int { min(index, text.count) }
    /// A comment came by whose content some versions of the servers run and others do not (`/*!50800 … */`).
    private(set) var isConditional = false

    package init(_ text: [UInt8]) {
        self.text = text
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
        let keepsText = quote != UInt8(ascii: "'")
        var content: [UInt8] = []
        index += 1
        while index < text.count {
            if text[index] == UInt8(ascii: "\\"), quote != UInt8(ascii: "`") {
                index += 2
                continue
            }
            if text[index] == quote {
                guard peek(1) == quote else { break }
                index += 1
            }
            if keepsText { content.append(text[index]) }
            index += 1
        }
        index += 1
        return keepsText ? .quoted(String(decoding: content, as: UTF8.self)) : .string
    }

    /// `/* … */`; of `/*!40101 … */` and `/*M!100100 … */` only the mark and the version.
    private mutating func skipComment() {
        index += 2
        var mark = index
        if mark < text.count, text[mark] == UInt8(ascii: "M") { mark += 1 }
        if mark < text.count, text[mark] == UInt8(ascii: "!") {
            index = mark + 1
            let start = index
            while index < text.count, (0x30...0x39).contains(text[index]) { index += 1 }
            if index > start { isConditional = true }
            return
        }
        while index < text.count {
            if text[index] == UInt8(ascii: "*"), peek(1) == UInt8(ascii: "/") {
                index += 2
                return
            }
            index += 1
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
