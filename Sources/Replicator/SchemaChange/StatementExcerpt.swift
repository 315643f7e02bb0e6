import BinlogReader

/// What a message shows of a statement: one line of what it says of tables and columns, and nothing of rows and passwords.
/// Strings are `'…'` (`CONNECTION = '…'` of FEDERATED has a password, and so may a COMMENT), comments are left out, and what
/// makes rows (SELECT, VALUES) is not shown.
struct StatementExcerpt: CustomStringConvertible {
    let description: String

    private static let characterCount = 200

    init(_ text: String) {
        let bytes = Array(text.utf8)
        // A name in double quotes is hidden too: which of the two it is, only the session's `sql_mode` knew.
        var dialect = StatementDialect()
        dialect.doubleQuotes = .strings
        var tokens = StatementWords(bytes, dialect: dialect)
        var line = ""
        var start = 0
        while let token = tokens.nextToken() {
            let taken = bytes[start..<tokens.offset]
            start = tokens.offset
            let piece = Self.piece(token)
            if Self.hasSpace(taken, before: token), !line.isEmpty { line += " " }
            line += piece.text
            let isUncertain = Self.isQuoted(token) && Self.hasEscapedQuote(taken)
            if piece.isLast || isUncertain || line.count > Self.characterCount {
                line += line.last == "…" ? "" : "…"
                break
            }
        }
        let words = line.split(whereSeparator: \.isWhitespace).joined(separator: " ")
        description =
            words.count <= Self.characterCount ? words : words.prefix(Self.characterCount - 1) + "…"
    }

    /// `isLast`: nothing behind it is shown.
    private static func piece(_ token: StatementToken) -> (text: String, isLast: Bool) {
        switch token {
        case .word(let word):
            // A string in hexadecimal digits.
            if word.hasPrefix("0x") || word.hasPrefix("0X") { return ("'…'", false) }
            return ["SELECT", "VALUES"].contains(word.uppercased()) ? (word + " …", true) : (word, false)
        case .quoted(let name): return ("`\(name.replacing("`", with: "``"))`", false)
        case .string: return ("'…'", false)
        case .symbol(let byte): return (String(Character(Unicode.Scalar(byte))), false)
        }
    }

    private static func isQuoted(_ token: StatementToken) -> Bool {
        switch token {
        case .quoted, .string: true
        case .word, .symbol: false
        }
    }

    /// Under `NO_BACKSLASH_ESCAPES` the string ended there, and what stands outside of strings is not what it seems.
    private static func hasEscapedQuote(_ taken: ArraySlice<UInt8>) -> Bool {
        zip(taken, taken.dropFirst()).contains { $0 == UInt8(ascii: "\\") && quotes.contains($1) }
    }

    /// Whether white space or a comment stands in front of `token`, for which `taken` was read.
    private static func hasSpace(_ taken: ArraySlice<UInt8>, before token: StatementToken) -> Bool {
        switch token {
        case .word(let word): taken.count > word.utf8.count
        case .symbol: taken.count > 1
        case .quoted, .string: taken.first.map { !quotes.contains($0) } ?? false
        }
    }

    private static let quotes = Array("'\"`".utf8)
}
