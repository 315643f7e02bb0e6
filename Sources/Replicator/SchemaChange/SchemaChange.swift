/// What a logged statement does to tables, as far as replicating their rows is concerned.
enum SchemaChange: Equatable {
    /// Nothing that a row of a table could show: GRANT, CREATE VIEW, CREATE INDEX, ….
    case none
    /// Makes a table that had no rows to replicate before.
    case creates(TableName)
    /// Only adds columns or indexes to a table: the TABLE_MAP events after it tell.
    case addsColumns(TableName)
    /// Changes, empties, renames or drops tables.
    case touches([TableName])
    /// Drops a whole database.
    case dropsDatabase(String)
    /// A statement that this code does not know: its first word.
    case unknown(String)

    /// Reads `text`, whose unqualified names are in `database`.
    init(_ text: String, database: String) {
        var reader = SQLWordReader(SQLWords(text))
        // SET STATEMENT variable = value, … FOR statement: MariaDB logs it with the statement that it holds for.
        if reader.take("SET", "STATEMENT") {
            while !reader.isAtEnd, !reader.take("FOR") { reader.skip() }
        }
        guard let verb = reader.keyword else {
            self = reader.isAtEnd ? .none : .unknown("?")
            return
        }
        reader.skip()
        switch verb {
        case "TRUNCATE":
            _ = reader.take("TABLE")
            self = Self.touches(reader.takeTables(default: database), verb)
        case "ALTER": self = Self.alter(&reader, database)
        case "CREATE": self = Self.create(&reader, database)
        case "DROP": self = Self.drop(&reader, database)
        case "RENAME": self = Self.rename(&reader, database)
        case "GRANT", "REVOKE", "SET", "FLUSH", "ANALYZE", "OPTIMIZE", "REPAIR", "CHECK", "CHECKSUM", "SAVEPOINT",
            "RELEASE", "COMMIT", "BEGIN", "ROLLBACK", "XA", "INSTALL", "UNINSTALL", "USE", "DO", "CALL":
            self = .none
        default: self = .unknown(verb)
        }
    }

    /// A statement of tables whose names were not found is one that is not known.
    private static func touches(_ tables: [TableName], _ verb: String) -> SchemaChange {
        tables.isEmpty ? .unknown(verb) : .touches(tables)
    }

    private static func alter(_ reader: inout SQLWordReader, _ database: String) -> SchemaChange {
        _ = reader.take("ONLINE")
        // Of rows that a new unique key takes for one, all but the first go, and the log has no event of it.
        let removesRows = reader.take("IGNORE")
        guard reader.take("TABLE") else {
            // ALTER DATABASE changes defaults only; views, users and routines hold no rows.
            return .none
        }
        _ = reader.take("IF", "EXISTS")
        guard let table = reader.takeTable(default: database) else { return .unknown("ALTER") }
        var clauses = reader
        if !removesRows, onlyAdds(&clauses) { return .addsColumns(table) }
        return .touches([table] + otherTables(&reader, database))
    }

    /// The tables besides its own that get or give rows by an ALTER TABLE: RENAME TO, EXCHANGE PARTITION … WITH TABLE,
    /// CONVERT PARTITION … TO TABLE, CONVERT TABLE … TO PARTITION.
    private static func otherTables(_ reader: inout SQLWordReader, _ database: String) -> [TableName] {
        var tables: [TableName] = []
        while !reader.isAtEnd {
            if reader.take("RENAME") {
                if let keyword = reader.keyword, ["COLUMN", "INDEX", "KEY"].contains(keyword) { continue }
                let hasWord = reader.take("TO") || reader.take("AS")
                if !hasWord { _ = reader.takeSymbol("=") }
            } else if !reader.take("WITH", "TABLE"), !reader.take("TO", "TABLE"), !reader.take("CONVERT", "TABLE") {
                reader.skip()
                continue
            }
            if let table = reader.takeTable(default: database) { tables.append(table) }
        }
        return tables
    }

    /// Whether each clause of an ALTER TABLE adds a column or an index, and does nothing else.
    private static func onlyAdds(_ reader: inout SQLWordReader) -> Bool {
        while reader.take("NOWAIT") || (reader.keyword == "WAIT") {
            if reader.keyword == "WAIT" {
                reader.skip()
                reader.skip()
            }
        }
        repeat {
            guard reader.take("ADD") else { return false }
            let refused = ["PARTITION", "PERIOD", "SYSTEM", "PRIMARY"]
            if let keyword = reader.keyword, refused.contains(keyword) { return false }
            var depth = 0
            // To the comma that ends the clause.
            while let word = reader.peek() {
                if word == .symbol("(") { depth += 1 }
                if word == .symbol(")") { depth -= 1 }
                if word == .symbol(","), depth == 0 { break }
                if word == .name("PRIMARY", isQuoted: false), depth == 0 { return false }
                reader.skip()
            }
        } while reader.takeSymbol(",")
        return reader.isAtEnd
    }

    private static func create(_ reader: inout SQLWordReader, _ database: String) -> SchemaChange {
        let replaces = reader.take("OR", "REPLACE")
        if reader.take("TEMPORARY") { return .none }
        guard reader.take("TABLE") else { return .none }
        _ = reader.take("IF", "NOT", "EXISTS")
        guard let table = reader.takeTable(default: database) else { return .unknown("CREATE") }
        return replaces ? .touches([table]) : .creates(table)
    }

    private static func drop(_ reader: inout SQLWordReader, _ database: String) -> SchemaChange {
        if reader.take("DATABASE") || reader.take("SCHEMA") {
            _ = reader.take("IF", "EXISTS")
            guard case .name(let name, _) = reader.peek() else { return .unknown("DROP") }
            return .dropsDatabase(name)
        }
        if reader.take("TEMPORARY") { return .none }
        guard reader.take("TABLE") || reader.take("TABLES") else { return .none }
        _ = reader.take("IF", "EXISTS")
        return touches(reader.takeTables(default: database), "DROP")
    }

    private static func rename(_ reader: inout SQLWordReader, _ database: String) -> SchemaChange {
        guard reader.take("TABLE") || reader.take("TABLES") else { return .none }
        _ = reader.take("IF", "EXISTS")
        var tables: [TableName] = []
        repeat {
            guard let old = reader.takeTable(default: database) else { return .unknown("RENAME") }
            tables.append(old)
            if reader.keyword == "WAIT" {
                reader.skip()
                reader.skip()
            }
            _ = reader.take("NOWAIT")
            guard reader.take("TO"), let new = reader.takeTable(default: database) else { return .unknown("RENAME") }
            tables.append(new)
        } while reader.takeSymbol(",")
        return .touches(tables)
    }
}
