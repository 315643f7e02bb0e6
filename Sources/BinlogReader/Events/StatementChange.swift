/// A statement that changes rows and was logged as text: what messages call it, and which table it is about.
struct StatementChange: Equatable {
    struct Table: Equatable {
        /// Nil: the session's.
        var database: String?
        var name: String
    }

    /// `INSERT`, `CREATE TABLE … SELECT` (whatever begins its query)
    var keyword: String
    /// The one table that it changes; nil where the text does not tell surely: it names several, or calls functions
    /// that may change others.
    var table: Table?

    /// It makes the table whose rows it inserts.
    var makesTable: Bool { keyword == "CREATE TABLE … SELECT" }

    init(keyword: String, table: Table? = nil) {
        self.keyword = keyword
        self.table = table
    }

    /// Reads on behind the `keyword`. A reader of text only: what a trigger of the table changes besides is not known.
    init(_ keyword: String, _ words: inout StatementWords) {
        self.keyword = keyword
        switch keyword {
        case "INSERT", "REPLACE":
            while words.take("LOW_PRIORITY", "DELAYED", "HIGH_PRIORITY", "IGNORE") {}
            _ = words.take("INTO")
            table = Self.table(&words)
            // The list of columns.
            if words.peek()?.isSymbol("(") ?? false { _ = words.nextToken() }
        case "UPDATE":
            while words.take("LOW_PRIORITY", "IGNORE") {}
            table = Self.table(&words)
            if !words.take("SET", "PARTITION", "FOR") { table = nil }
        case "DELETE":
            while words.take("LOW_PRIORITY", "QUICK", "IGNORE", "HISTORY") {}
            guard words.take("FROM") else { return }
            table = Self.table(&words)
            let isAtEnd = words.peek().map { $0.isSymbol(";") } ?? true
            if !isAtEnd && !words.take("WHERE", "PARTITION", "ORDER", "LIMIT", "RETURNING", "FOR", "BEFORE") {
                table = nil
            }
        case "LOAD":
            while let word = words.next(), word != "INTO" {}
            if words.take("TABLE") { table = Self.table(&words) }
            if words.peek()?.isSymbol("(") ?? false { _ = words.nextToken() }
        case "CREATE TABLE … SELECT":
            if words.take("IF") {
                _ = words.take("NOT")
                _ = words.take("EXISTS")
            }
            table = Self.table(&words)
            if words.peek()?.isSymbol("(") ?? false { _ = words.nextToken() }
        default: return
        }
        if table != nil, Self.mayChangeMore(&words) || words.isConditional { table = nil }
    }

    /// `[database.]table`
    private static func table(_ words: inout StatementWords) -> Table? {
        guard let first = words.nextToken()?.name else { return nil }
        guard words.peek()?.isSymbol(".") ?? false else { return Table(database: nil, name: first) }
        _ = words.nextToken()
        guard let second = words.nextToken()?.name else { return nil }
        return Table(database: first, name: second)
    }

    /// Whether the rest calls what may be a stored function: a name in front of a parenthesis that is none of SQL's own.
    private static func mayChangeMore(_ words: inout StatementWords) -> Bool {
        var last: StatementToken?
        while let token = words.nextToken() {
            if token.isSymbol("("), let name = last?.name {
                guard case .word = last, harmless.contains(name.uppercased()) else { return true }
            }
            last = token
        }
        return false
    }

    /// Keywords and functions of the servers' own that stand in front of a parenthesis.
    private static let harmless: Set<String> = [
        "VALUES", "VALUE", "ROW", "IN", "AND", "OR", "NOT", "XOR", "SELECT", "SET", "WHERE", "ON", "AS", "FROM", "JOIN",
        "USING", "BY", "UNION", "ALL", "DISTINCT", "EXISTS", "ANY", "SOME", "CASE", "WHEN", "THEN", "ELSE",
        "BETWEEN", "LIKE", "DIV", "MOD", "PARTITION", "HAVING", "LIMIT", "KEY", "TERMINATED", "UNIQUE", "INDEX",
        "CHAR", "BINARY", "DECIMAL", "VARCHAR", "INT", "BIGINT", "ENUM", "VARBINARY", "TIMESTAMP", "DATETIME",
        "CAST", "CONVERT", "COALESCE", "IF", "IFNULL", "NULLIF", "CONCAT", "CONCAT_WS", "UPPER", "LOWER", "LEFT",
        "RIGHT", "LENGTH", "CHAR_LENGTH", "SUBSTRING", "SUBSTR", "REPLACE", "TRIM", "REPEAT", "HEX", "UNHEX", "MD5",
        "SHA1", "SHA2", "NOW", "CURRENT_TIMESTAMP", "SYSDATE", "CURDATE", "CURTIME", "DATE", "TIME", "YEAR", "MONTH",
        "DAY", "DATE_ADD", "DATE_SUB", "DATE_FORMAT", "UNIX_TIMESTAMP", "FROM_UNIXTIME", "UTC_TIMESTAMP", "ABS",
        "ROUND", "FLOOR", "CEIL", "CEILING", "RAND", "GREATEST", "LEAST", "COUNT", "SUM", "MIN", "MAX", "AVG",
        "LAST_INSERT_ID", "UUID", "USER", "CURRENT_USER", "DATABASE", "JSON_OBJECT", "JSON_ARRAY", "JSON_SET",
        "JSON_EXTRACT", "JSON_VALUE",
    ]
}
