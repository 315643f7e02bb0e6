/// Walks over the tokens of a statement that was read whole.
struct StatementReader {
    private let tokens: [StatementToken]
    private(set) var index = 0

    init(_ text: [UInt8], dialect: StatementDialect) {
        var words = StatementWords(text, dialect: dialect)
        var tokens: [StatementToken] = []
        while let token = words.nextToken() { tokens.append(token) }
        // More than one statement is never logged; a semicolon at the end may be.
        while tokens.last?.isSymbol(";") ?? false { tokens.removeLast() }
        self.tokens = tokens
    }

    private init(_ tokens: ArraySlice<StatementToken>) {
        self.tokens = Array(tokens)
    }

    var isAtEnd: Bool { index >= tokens.count }

    func peek(_ offset: Int = 0) -> StatementToken? {
        index + offset < tokens.count ? tokens[index + offset] : nil
    }

    /// The next word without quotes, in capitals; nil if something else comes.
    var keyword: String? { keyword(0) }

    func keyword(_ offset: Int) -> String? {
        guard case .word(let word) = peek(offset) else { return nil }
        return word.uppercased()
    }

    mutating func skip() { if !isAtEnd { index += 1 } }

    mutating func rewind() { index = 0 }

    /// Behind all of it.
    var end: StatementReader {
        var end = self
        end.index = tokens.count
        return end
    }

    /// Takes the next words if they are these keywords, in this order.
    mutating func take(_ keywords: String...) -> Bool {
        for (offset, word) in keywords.enumerated() {
            guard keyword(offset) == word else { return false }
        }
        index += keywords.count
        return true
    }

    /// Takes the next word if it is one of these.
    mutating func take(anyOf keywords: Set<String>) -> String? {
        guard let word = keyword, keywords.contains(word) else { return nil }
        index += 1
        return word
    }

    mutating func takeSymbol(_ symbol: Unicode.Scalar) -> Bool {
        guard peek()?.isSymbol(symbol) ?? false else { return false }
        index += 1
        return true
    }

    func isSymbol(_ symbol: Unicode.Scalar, at offset: Int = 0) -> Bool { peek(offset)?.isSymbol(symbol) ?? false }

    /// A name with or without quotes.
    mutating func takeName() -> String? {
        guard let name = peek()?.name else { return nil }
        index += 1
        return name
    }

    /// A name, or the value of a setting: `latin1`, `'latin1'`.
    mutating func takeNameOrString() -> String? {
        if case .string(let text) = peek() {
            index += 1
            return text
        }
        return takeName()
    }

    /// `[database.]table`, or `.table`.
    mutating func takeTable(default database: String) -> SourceServer.TableName? {
        if isSymbol("."), let name = peek(1)?.name {
            index += 2
            return SourceServer.TableName(database: database, name: name)
        }
        guard let first = takeName() else { return nil }
        guard isSymbol("."), let second = peek(1)?.name else {
            return SourceServer.TableName(database: database, name: first)
        }
        index += 2
        return SourceServer.TableName(database: first, name: second)
    }

    /// A number of digits alone, of 32 bits at most: a larger one is no length.
    mutating func takeNumber() -> Int? {
        guard case .word(let word) = peek(), let number = UInt32(word) else { return nil }
        index += 1
        return Int(number)
    }

    /// What stands in the parentheses that come next, without them; nil if none come, or they are not closed.
    mutating func takeParenthesised() -> StatementReader? {
        guard isSymbol("(") else { return nil }
        var depth = 0
        for end in index..<tokens.count {
            if tokens[end].isSymbol("(") { depth += 1 }
            if tokens[end].isSymbol(")") { depth -= 1 }
            if depth == 0 {
                let content = StatementReader(tokens[(index + 1)..<end])
                index = end + 1
                return content
            }
        }
        return nil
    }

    /// Up to the comma outside of parentheses that ends what is being read, which is taken, or the end.
    mutating func takeElement() -> StatementReader {
        let start = index
        var depth = 0
        while index < tokens.count {
            if tokens[index].isSymbol("(") { depth += 1 }
            if tokens[index].isSymbol(")") { depth -= 1 }
            if depth == 0, tokens[index].isSymbol(",") { break }
            index += 1
        }
        defer { skip() }
        return StatementReader(tokens[start..<index])
    }

    /// Whether these words stand anywhere in what is left, one after the other.
    func contains(_ keywords: String...) -> Bool {
        var reader = self
        while !reader.isAtEnd {
            if keywords.enumerated().allSatisfy({ reader.keyword($0) == $1 }) { return true }
            reader.skip()
        }
        return false
    }

    /// All names in what is left, for statements whose form is not known.
    var names: Set<String> {
        Set(tokens.dropFirst(index).compactMap(\.name))
    }

    /// What comes next, for messages: a keyword, or what kind of thing it is.
    var shown: String {
        switch peek() {
        case .word(let word) where word.utf8.allSatisfy({ $0 < 0x80 }): word.uppercased()
        case .word, .quoted: "a name"
        case .string: "a string"
        case .symbol(let byte) where byte < 0x80: String(Unicode.Scalar(byte))
        case .symbol, nil: "the end"
        }
    }
}
