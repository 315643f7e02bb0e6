/// A word of the mapping language.
struct Token: Equatable, Sendable {
    enum Kind: Equatable, Sendable {
        /// An unquoted word: a keyword or a name, by where it stands.
        case word
        /// A name in backticks or double quotes.
        case quotedName
        /// `'…'`
        case string
        /// Digits only.
        case integer
        /// Digits with a point.
        case decimal
        /// A number with an exponent.
        case float
        /// `0x…` or `x'…'`
        case hexadecimal
        /// `0b…` or `b'…'`
        case bits
        /// An operator or a punctuation mark.
        case symbol
        case end
    }

    let kind: Kind
    let span: SourceSpan
    /// A name or string without its quotes and escapes, the digits of a hexadecimal or bit literal, or the text itself.
    let text: String
    /// The text in upper case (ASCII letters only), by which keywords are compared; empty unless `kind` is `word`.
    let keyword: String

    init(kind: Kind, span: SourceSpan, text: String) {
        self.kind = kind
        self.span = span
        self.text = text
        keyword = kind == .word ? text.asciiUppercased() : ""
    }

    func isSymbol(_ symbol: String) -> Bool {
        kind == .symbol && text == symbol
    }
}

extension String {
    /// Upper case of ASCII letters, and nothing else: keywords, function names, input names.
    func asciiUppercased() -> String {
        String(
            unicodeScalars: unicodeScalars.map { ("a"..."z").contains($0) ? UnicodeScalar(UInt8($0.value) - 32) : $0 })
    }

    private init(unicodeScalars: [UnicodeScalar]) {
        self.init(String.UnicodeScalarView(unicodeScalars))
    }
}
