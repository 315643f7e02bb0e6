extension StatementWords {
    /// What begins a query: MySQL has all of these since 8.0.19, MariaDB all but TABLE since 10.3 (`query_primary`,
    /// sql/sql_yacc.yy). Each is reserved.
    static let queryKeywords: Set<String> = ["SELECT", "VALUES", "TABLE", "WITH"]

    /// Whether what is left of a CREATE TABLE has a query, whose rows go into the table: one that stands outside of
    /// parentheses, or alone in them. In other places those words mean something else (a partition's `VALUES LESS THAN`,
    /// an index's `WITH PARSER`), and behind a dot they are names.
    var haveQuery: Bool {
        var words = self
        var depth = 0
        var last: StatementToken?
        while let token = words.nextToken() {
            defer { last = token }
            if token.isSymbol("(") { depth += 1 }
            if token.isSymbol(")") { depth -= 1 }
            guard case .word(let word) = token, Self.queryKeywords.contains(word.uppercased()),
                last?.isSymbol(".") != true
            else { continue }
            if word.uppercased() == "SELECT" { return true }
            guard depth <= 0 || last?.isSymbol("(") == true else { continue }
            var ahead = words
            if !(ahead.take("SYSTEM") && ahead.take("VERSIONING")) { return true }
        }
        return false
    }
}
