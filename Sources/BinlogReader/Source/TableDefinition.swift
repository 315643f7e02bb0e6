/// What `SHOW CREATE TABLE` tells of a table and information_schema does not tell to everyone: it takes SELECT on the
/// table and is refused without, where information_schema leaves out rows in silence (CHECK constraints of an account
/// with SELECT on single tables, foreign keys' rules of any that may only SELECT).
struct TableDefinition: Equatable {
    /// A foreign key whose changes of the child table are not logged.
    struct CascadingKey: Equatable {
        /// Of the child, by commas.
        var columns: String
        /// Nil: the child's own.
        var parentDatabase: String?
        var parent: String
        /// `ON DELETE CASCADE ON UPDATE SET NULL`
        var rules: String
    }

    /// Columns that a CHECK constraint keeps to JSON.
    private(set) var jsonColumns: Set<String> = []
    private(set) var cascadingKeys: [CascadingKey] = []
    /// `WITH SYSTEM VERSIONING`: the columns that say from when to when a row was current.
    private(set) var period: SystemPeriod?

    /// Reads what the server prints with `sql_mode = ''` and `sql_quote_show_create = 1`: all names are quoted, so that
    /// none is taken for a keyword.
    init(_ statement: String) {
        let text = Array(statement.utf8)
        var words = StatementWords(text)
        while let token = words.nextToken() {
            guard case .word(let word) = token else { continue }
            switch word.uppercased() {
            case "CHECK":
                guard words.peek()?.isSymbol("(") ?? false else { continue }
                jsonColumns.formUnion(CheckClause(text: Self.parenthesised(&words, text)).jsonColumns)
            case "FOREIGN": readForeignKey(&words)
            // One of another name is the application's own.
            case "PERIOD" where words.take("FOR") && words.take("SYSTEM_TIME"):
                let names = Self.names(&words)
                if names.count == 2 { period = SystemPeriod(start: names[0], end: names[1], isHidden: false) }
            case "WITH":
                if period == nil, words.take("SYSTEM"), words.take("VERSIONING") { period = .implicit }
            default: continue
            }
        }
    }

    /// Reads on behind FOREIGN: `KEY (…) REFERENCES [database.]parent (…) ON DELETE … ON UPDATE …`.
    private mutating func readForeignKey(_ words: inout StatementWords) {
        let children = Self.names(&words)
        guard words.take("REFERENCES"), var parent = words.nextToken()?.name else { return }
        var parentDatabase: String?
        if words.peek()?.isSymbol(".") ?? false {
            _ = words.nextToken()
            parentDatabase = parent
            parent = words.nextToken()?.name ?? ""
        }
        _ = Self.names(&words)
        var rules: [String] = []
        while words.take("ON") {
            guard let event = words.next(), let action = words.next() else { break }
            switch action {
            case "CASCADE": rules.append("ON \(event) CASCADE")
            case "SET": rules.append("ON \(event) SET \(words.next() ?? "")")
            // RESTRICT, NO ACTION
            default: if action == "NO" { _ = words.next() }
            }
        }
        guard !rules.isEmpty else { return }
        cascadingKeys.append(
            CascadingKey(
                columns: children.joined(separator: ", "), parentDatabase: parentDatabase, parent: parent,
                rules: rules.joined(separator: " ")))
    }

    /// The names in the next parentheses; what stands in front of them is passed over.
    private static func names(_ words: inout StatementWords) -> [String] {
        var names: [String] = []
        var isInside = false
        while let token = words.nextToken() {
            if token.isSymbol("(") { isInside = true }
            if token.isSymbol(")") { break }
            if isInside, case .quoted(let name) = token { names.append(name) }
        }
        return names
    }

    /// The text in the parentheses that come next.
    private static func parenthesised(_ words: inout StatementWords, _ text: [UInt8]) -> String {
        _ = words.nextToken()
        let start = words.offset
        var depth = 1
        var end = start
        while depth > 0, let token = words.nextToken() {
            if token.isSymbol("(") { depth += 1 }
            if token.isSymbol(")") { depth -= 1 }
            if depth > 0 { end = words.offset }
        }
        return String(decoding: text[start..<end], as: UTF8.self)
    }
}

/// The two columns of a table `WITH SYSTEM VERSIONING` that say from when to when a row was current.
public struct SystemPeriod: Equatable, Sendable {
    public var start: String
    public var end: String
    /// The server made them itself, and shows them to no one who does not name them.
    public var isHidden: Bool

    public init(start: String, end: String, isHidden: Bool) {
        self.start = start
        self.end = end
        self.isHidden = isHidden
    }

    /// Of a table that names none: the server adds these behind all others (`vers_add_auto_parts`, sql/handler.cc).
    public static let implicit = SystemPeriod(start: "row_start", end: "row_end", isHidden: true)
}
