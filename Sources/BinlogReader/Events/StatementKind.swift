/// What the text of a QUERY event is, as far as following row changes needs to know.
enum StatementKind: Equatable {
    case begin
    case commit
    case rollback
    case savepoint(name: String)
    case rollbackTo(name: String)
    case releaseSavepoint
    /// `XA START`: rows follow that are committed apart from where they are logged. (MariaDB's GTID event takes its
    /// place.) An XA transaction is named as the servers write it: `X'61',X'',1`.
    case xaStart(String)
    case xaCommit(String)
    case xaRollback(String)
    /// Nothing but a comment, which MariaDB sends in place of events that a reader cannot know.
    case nothing
    /// Changes rows: a change that was not logged as rows.
    case change(StatementChange)
    /// About a temporary table, which no one else sees.
    case temporaryTable
    /// DDL, TRUNCATE, GRANT, ….
    case other

    /// Is part of the transaction in whose group it stands, and acts where that is committed.
    var belongsToGroup: Bool {
        switch self {
        case .savepoint, .rollbackTo, .change, .other: true
        case .begin, .commit, .rollback, .releaseSavepoint, .xaStart, .xaCommit, .xaRollback, .nothing, .temporaryTable:
            false
        }
    }

    init(_ text: [UInt8], dialect: StatementDialect = StatementDialect()) {
        // The two that most groups have.
        if text.elementsEqual("BEGIN".utf8) {
            self = .begin
            return
        }
        if text.elementsEqual("COMMIT".utf8) {
            self = .commit
            return
        }
        var words = StatementWords(text, dialect: dialect)
        guard let first = words.next() else {
            self = .nothing
            return
        }
        self = Self.kind(first, &words)
    }

    /// Statements that hold a statement (`SET STATEMENT … FOR`, ANALYZE) hold one or two in each other. In a text that
    /// repeats their first words, what lies deeper is not looked at.
    private static let greatestDepth = 4

    /// First words of statements that change rows, or may: they call functions.
    private static let changing: Set<String> = [
        "INSERT", "UPDATE", "DELETE", "REPLACE", "LOAD", "SELECT", "WITH", "CALL", "DO", "VALUES", "HANDLER",
    ]

    private static func kind(_ first: String, _ words: inout StatementWords, depth: Int = 0) -> StatementKind {
        guard depth < greatestDepth else { return .other }
        switch first {
        case "BEGIN": return .begin
        case "START": return words.next() == "TRANSACTION" ? .begin : .other
        case "COMMIT": return .commit
        case "SAVEPOINT": return .savepoint(name: words.rest)
        case "RELEASE": return .releaseSavepoint
        case "ROLLBACK":
            guard var name = words.next() else { return .rollback }
            guard name == "TO" else { return .rollback }
            var ahead = words
            if ahead.next() == "SAVEPOINT" { words = ahead }
            name = words.rest
            return .rollbackTo(name: name)
        case "XA":
            switch words.next() {
            case "START", "BEGIN": return .xaStart(words.rest)
            case "COMMIT": return .xaCommit(words.rest)
            case "ROLLBACK": return .xaRollback(words.rest)
            case "END": return .nothing
            default: return .other
            }
        case _ where changing.contains(first): return .change(StatementChange(first, &words))
        case "SET":
            // SET STATEMENT variable = value FOR INSERT …
            guard words.next() == "STATEMENT" else { return .other }
            while let word = words.next() {
                if word == "FOR" { return words.next().map { kind($0, &words, depth: depth + 1) } ?? .other }
            }
            return .other
        case "ANALYZE", "EXPLAIN", "DESCRIBE":
            // MariaDB's ANALYZE runs the statement after it, which is one that changes rows. No other is looked into: each
            // word of a long text would be the start of one.
            while let word = words.next(), !["TABLE", "TABLES", "LOCAL", "NO_WRITE_TO_BINLOG"].contains(word) {
                if changing.contains(word) { return .change(StatementChange(word, &words)) }
            }
            return .other
        case "CREATE": return create(&words)
        case "DROP": return words.next() == "TEMPORARY" ? .temporaryTable : .other
        default: return .other
        }
    }

    /// `CREATE TABLE … SELECT`, or another query, which with rows is logged without it.
    private static func create(_ words: inout StatementWords) -> StatementKind {
        var word = words.next()
        if word == "OR" {
            _ = words.next()  // REPLACE
            word = words.next()
        }
        if word == "TEMPORARY" { return .temporaryTable }
        guard word == "TABLE" else { return .other }
        return words.haveQuery ? .change(StatementChange("CREATE TABLE … SELECT", &words)) : .other
    }
}
