/// Reads the views of a mapping file. What SQL has beyond the mapping language is refused by name, where it stands.
struct Parser {
    let source: MappingSource
    private let tokens: [Token]
    private(set) var position = 0
    /// How deep the expression being read is nested.
    var depth = 0

    init(_ source: MappingSource, tokens: [Token]) {
        self.source = source
        self.tokens = tokens
    }

    // MARK: - Tokens

    /// The token to be read next. The last one, `.end`, is never passed.
    var token: Token { tokens[position] }

    var following: Token { tokens[min(position + 1, tokens.count - 1)] }

    /// The end of the token before this one.
    var lastEnd: Int { position == 0 ? 0 : tokens[position - 1].span.end }

    func error(_ span: SourceSpan, _ message: String) -> MappingError {
        MappingError(source, span, message)
    }

    /// "expected …, not …" at the token that is next.
    func expected(_ what: String) -> MappingError {
        error(token.span, "expected \(what), not \(describe(token))")
    }

    func describe(_ token: Token) -> String {
        switch token.kind {
        case .end: "the end of the file"
        case .string: "a string"
        case .quotedName: "the name \(source.slice(token.span))"
        default: "\"\(source.slice(token.span))\""
        }
    }

    @discardableResult
    mutating func take() -> Token {
        let taken = token
        if taken.kind != .end { position += 1 }
        return taken
    }

    mutating func take(symbol: String) -> Bool {
        guard token.isSymbol(symbol) else { return false }
        take()
        return true
    }

    mutating func take(keyword: String) -> Bool {
        guard token.keyword == keyword else { return false }
        take()
        return true
    }

    mutating func expect(symbol: String) throws(MappingError) {
        guard take(symbol: symbol) else { throw expected("\"\(symbol)\"") }
    }

    mutating func expect(keyword: String) throws(MappingError) {
        guard take(keyword: keyword) else { throw expected(keyword) }
    }

    /// A name of a table, column or alias.
    mutating func name(_ what: String) throws(MappingError) -> Token {
        switch token.kind {
        case .quotedName: return take()
        case .word:
            guard !ReservedWords.all.contains(token.keyword) else {
                throw error(token.span, "\(describe(token)) is a reserved word: as \(what) it must be quoted")
            }
            return take()
        default: throw expected(what)
        }
    }

    // MARK: - Statements

    mutating func views() throws(MappingError) -> [ViewDefinition] {
        var views: [ViewDefinition] = []
        while token.kind != .end {
            if take(symbol: ";") { continue }
            views.append(try view())
            guard token.kind == .end || token.isSymbol(";") else { throw afterView() }
        }
        guard !views.isEmpty else {
            throw error(token.span, "no CREATE VIEW in this file")
        }
        return views
    }

    private mutating func view() throws(MappingError) -> ViewDefinition {
        let first = position
        guard take(keyword: "CREATE") else {
            throw expected("CREATE VIEW")
        }
        if take(keyword: "OR") { try expect(keyword: "REPLACE") }
        guard take(keyword: "VIEW") else {
            throw error(token.span, "a mapping holds only views: expected VIEW, not \(describe(token))")
        }
        let nameStart = token.span
        var name = try name("the view's name")
        var database: String?
        if take(symbol: ".") {
            database = name.text
            name = try self.name("the view's name")
        }
        let nameSpan = nameStart.joined(to: name.span)
        if token.isSymbol("(") {
            throw error(token.span, "a list of column names is not supported: name each column with AS")
        }
        try expect(keyword: "AS")
        try expect(keyword: "SELECT")
        for word in ["DISTINCT", "ALL", "SQL_NO_CACHE", "STRAIGHT_JOIN"] where token.keyword == word {
            throw refused(word)
        }
        let items = try selectItems()
        try expect(keyword: "FROM")
        let from = try fromTable()
        let condition = take(keyword: "WHERE") ? try expression() : nil
        let words = tokens[first..<position].map { source.slice($0.span) }
        return ViewDefinition(
            database: database, name: name.text,
            text: source.slice(SourceSpan(start: tokens[first].span.start, end: lastEnd)), source: source,
            nameSpan: nameSpan, from: from, items: items, condition: condition,
            normalizedText: words.joined(separator: " "))
    }

    func refused(_ what: String) -> MappingError {
        error(token.span, "\(what) is not supported in a mapping")
    }

    /// Names what SQL would allow behind a view, and a mapping does not.
    private func afterView() -> MappingError {
        switch token.keyword {
        case "GROUP": return refused("GROUP BY")
        case "ORDER": return refused("ORDER BY")
        case "HAVING", "LIMIT", "UNION", "EXCEPT", "INTERSECT", "WINDOW", "PROCEDURE", "OFFSET", "FETCH":
            return refused(token.keyword)
        case "WITH": return refused("WITH CHECK OPTION")
        case "JOIN", "INNER", "LEFT", "RIGHT", "CROSS", "NATURAL", "STRAIGHT_JOIN":
            return error(token.span, "JOIN is not supported in a mapping: a view reads one table")
        default: return expected("\";\" or the end of the file")
        }
    }

    private mutating func selectItems() throws(MappingError) -> [SelectItem] {
        var items: [SelectItem] = []
        repeat {
            if token.isSymbol("*") {
                items.append(SelectItem(kind: .all, span: take().span))
                continue
            }
            let value = try expression()
            var alias: SelectItem.Alias?
            if take(keyword: "AS") {
                let name = token.kind == .string ? take() : try name("a column's name")
                alias = SelectItem.Alias(name: name.text, span: name.span, isQuoted: name.kind != .word)
            } else if token.kind == .quotedName
                || (token.kind == .word && !ReservedWords.all.contains(token.keyword))
            {
                let name = take()
                alias = SelectItem.Alias(name: name.text, span: name.span, isQuoted: name.kind != .word)
            }
            let span = SourceSpan(start: value.span.start, end: lastEnd)
            items.append(SelectItem(kind: .expression(value, alias: alias), span: span))
        } while take(symbol: ",")
        return items
    }

    private mutating func fromTable() throws(MappingError) -> FromTable {
        if token.isSymbol("(") { throw refused("a subquery") }
        let first = try name("the source table")
        guard take(symbol: ".") else {
            throw error(first.span, "the source needs its database: FROM database.\(source.slice(first.span))")
        }
        let second = try name("the source table")
        var alias: String?
        let named = take(keyword: "AS")
        if named || token.kind == .quotedName
            || (token.kind == .word && !ReservedWords.all.contains(token.keyword))
        {
            alias = try name("an alias").text
        }
        if token.isSymbol(",") {
            throw error(token.span, "JOIN is not supported in a mapping: a view reads one table")
        }
        return FromTable(
            database: NamePattern(text: first.text, isQuoted: first.kind == .quotedName),
            table: NamePattern(text: second.text, isQuoted: second.kind == .quotedName), alias: alias,
            span: first.span.joined(to: second.span))
    }
}
