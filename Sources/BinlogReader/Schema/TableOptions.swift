/// What stands behind the columns of a CREATE TABLE.
struct TableOptions: Equatable {
    var charset = CharsetClause()
    var isVersioned = false
    /// Columns, or more of them, come from a query.
    var hasQuery = false
    var isSequence = false
    var isInMemory = false

    init() {}

    init(_ reader: inout StatementReader) throws(SchemaFault) {
        while !reader.isAtEnd {
            if reader.takeSymbol(",") { continue }
            if try takeOne(&reader) { continue }
            if reader.take("PARTITION", "BY") {
                // Conditions and parts stand in parentheses; what else comes at the end is a query.
                while !reader.isAtEnd, !Self.beginsQuery(reader) || reader.isSymbol("(") {
                    if reader.takeParenthesised() == nil { reader.skip() }
                }
                continue
            }
            guard Self.beginsQuery(reader) else {
                throw SchemaFault(.cannotFollow, "\(reader.shown) behind a table's columns is not known")
            }
            hasQuery = true
            return
        }
    }

    private static func beginsQuery(_ reader: StatementReader) -> Bool {
        if reader.isSymbol("(") { return true }
        guard let word = reader.keyword else { return false }
        return ["AS", "IGNORE", "REPLACE"].contains(word) || StatementWords.queryKeywords.contains(word)
    }

    /// Takes an option of CREATE and ALTER TABLE if one comes next.
    mutating func takeOne(_ reader: inout StatementReader) throws(SchemaFault) -> Bool {
        if reader.keyword == "DEFAULT", ["CHARACTER", "CHAR", "CHARSET", "COLLATE"].contains(reader.keyword(1)) {
            reader.skip()
        }
        if try charset.take(&reader, hasEquals: true) { return true }
        if reader.take("WITH", "SYSTEM", "VERSIONING") {
            isVersioned = true
            return true
        }
        if reader.take("START", "TRANSACTION") || reader.take("WITHOUT", "SYSTEM", "VERSIONING") { return true }
        if reader.take("UNION") {
            _ = reader.takeSymbol("=")
            return reader.takeParenthesised() != nil
        }
        if reader.take("DATA", "DIRECTORY") || reader.take("INDEX", "DIRECTORY") {
            Self.skipValue(&reader)
            return true
        }
        let hasValue = reader.peek()?.name != nil && reader.isSymbol("=", at: 1)
        guard let word = reader.keyword, hasValue || Self.options.contains(word) else {
            // An engine's own, in quotes.
            guard hasValue else { return false }
            reader.skip()
            Self.skipValue(&reader)
            return true
        }
        reader.skip()
        if word == "SEQUENCE", reader.isSymbol("=") {
            isSequence = reader.peek(1) != .word("0")
        }
        if word == "ENGINE" {
            let name = reader.isSymbol("=") ? reader.peek(1)?.name : reader.peek()?.name
            isInMemory = ["MEMORY", "HEAP"].contains(name?.uppercased())
        }
        Self.skipValue(&reader)
        return true
    }

    private static func skipValue(_ reader: inout StatementReader) {
        _ = reader.takeSymbol("=")
        ExpressionSyntax.skipTerm(&reader)
    }

    /// Which may stand without an equals sign.
    private static let options: Set<String> = [
        "ENGINE", "TYPE", "AUTO_INCREMENT", "AVG_ROW_LENGTH", "CHECKSUM", "COMMENT", "COMPRESSION", "CONNECTION",
        "DELAY_KEY_WRITE", "ENCRYPTION", "ENGINE_ATTRIBUTE", "SECONDARY_ENGINE_ATTRIBUTE", "SECONDARY_ENGINE",
        "INSERT_METHOD", "KEY_BLOCK_SIZE", "MAX_ROWS", "MIN_ROWS", "PACK_KEYS", "PASSWORD", "ROW_FORMAT",
        "STATS_AUTO_RECALC", "STATS_PERSISTENT", "STATS_SAMPLE_PAGES", "TABLESPACE", "STORAGE", "AUTOEXTEND_SIZE",
        "TRANSACTIONAL", "PAGE_CHECKSUM", "TABLE_CHECKSUM", "ENCRYPTED", "ENCRYPTION_KEY_ID", "IETF_QUOTES", "SEQUENCE",
    ]
}
