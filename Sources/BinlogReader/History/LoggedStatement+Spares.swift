internal import Rows

extension LoggedStatement {
    /// Whether it leaves `columns` of the table that it touches as they are: an ALTER TABLE that names none of them, or a
    /// statement about indexes. (And the table's `period`, if that is asked.) False where that cannot be told.
    func spares(_ columns: [String], period: Bool) -> Bool {
        // Names in other character sets are not looked for.
        guard text.allSatisfy({ $0 < 0x80 }) || [nil, .utf8mb4, .utf8mb3].contains(context.client?.charset) else {
            return false
        }
        var dialect = StatementDialect()
        dialect.hasBackslashEscapes = !context.hasNoBackslashEscapes
        var words = StatementWords(text, dialect: dialect)
        var verbs: [String] = []
        let names = Set(columns.map { $0.lowercased() })
        var last = ""
        while let token = words.nextToken() {
            var word = ""
            switch token {
            case .word(let text):
                word = text.uppercased()
                if names.contains(text.lowercased()) { return false }
            // In double quotes it may be either.
            case .quoted(let text), .string(let text): if names.contains(text.lowercased()) { return false }
            case .symbol: break
            }
            if verbs.count < 3 { verbs.append(word) }
            switch (last, word) {
            case ("DROP", "CONSTRAINT"), (_, "CONVERT"), (_, "EXCHANGE"): return false
            // The table's own name.
            case ("RENAME", let word) where !["COLUMN", "INDEX", "KEY"].contains(word): return false
            case (_, "SYSTEM"), (_, "PERIOD"), (_, "VERSIONING"): if period { return false }
            default: break
            }
            last = word
        }
        if words.isConditional { return false }
        switch verbs.first {
        case "ALTER": return verbs.dropFirst().contains("TABLE")
        case "CREATE", "DROP": return verbs.dropFirst().contains("INDEX")
        default: return false
        }
    }
}
