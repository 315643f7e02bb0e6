internal import MySQLClient
internal import Rows

/// One statement while it is read and applied to a copy of the catalogue.
struct SchemaStatement {
    typealias Name = SourceServer.TableName

    var catalogue: SchemaCatalogue
    var touched: Set<Name> = []
    let context: StatementContext
    let settings: StatementSettings

    init(_ statement: [UInt8], _ context: StatementContext, in catalogue: SchemaCatalogue) throws(SchemaFault) {
        self.catalogue = catalogue
        self.context = context
        settings = StatementSettings(version: catalogue.version, context: context)
        var dialect = StatementDialect()
        dialect.version = catalogue.version
        dialect.doubleQuotes = context.hasANSIQuotes ? .names : .strings
        dialect.hasBackslashEscapes = !context.hasNoBackslashEscapes
        let text = Self.text(of: statement, in: context.client)
        var reader = StatementReader(text ?? statement, dialect: dialect)
        do throws(SchemaFault) {
            try read(&reader)
        } catch {
            var error = error
            if error.tables.isEmpty {
                error.tables = touched.sorted { ($0.database, $0.name) < ($1.database, $1.name) }
            }
            throw error
        }
        if text == nil, !touched.isEmpty {
            throw fault("the statement's text is not in the character set that its session had")
        }
    }

    /// As UTF-8; nil if it does not convert.
    static func text(of statement: [UInt8], in client: Collation?) -> [UInt8]? {
        if statement.allSatisfy({ $0 < 0x80 }), client?.charset?.isWide != true { return statement }
        let collation = client ?? .utf8mb4
        if collation == .binary { return statement }
        return (try? collation.string(of: statement)).map { Array($0.utf8) }
    }

    private mutating func read(_ reader: inout StatementReader) throws(SchemaFault) {
        // SET STATEMENT variable = value, … FOR statement: MariaDB logs it with the statement that it holds for.
        if reader.take("SET", "STATEMENT") {
            while !reader.isAtEnd, !reader.take("FOR") { reader.skip() }
        }
        guard let verb = reader.keyword else { return }
        reader.skip()
        switch verb {
        case "CREATE": try create(&reader)
        case "ALTER": try alter(&reader)
        case "DROP": try drop(&reader)
        case "RENAME": try rename(&reader)
        case "TRUNCATE":
            _ = reader.take("TABLE")
            if let name = table(&reader) { touch(name) }
        default:
            if Self.harmless.contains(verb) { return }
            // A statement that this code does not know.
            let names = reader.names
            for name in catalogue.tables.keys where names.contains(name.name) { touched.insert(name) }
            guard touched.isEmpty else { throw fault("statements that begin with \(verb) are not known") }
        }
    }

    /// What begins statements that leave tables as they are.
    private static let harmless: Set<String> = [
        "GRANT", "REVOKE", "SET", "FLUSH", "ANALYZE", "OPTIMIZE", "REPAIR", "CHECK", "CHECKSUM", "SAVEPOINT", "RELEASE",
        "COMMIT", "BEGIN", "START", "ROLLBACK", "XA", "INSTALL", "UNINSTALL", "USE", "DO", "CALL", "INSERT", "UPDATE",
        "DELETE", "REPLACE", "LOAD", "SELECT", "WITH", "VALUES", "HANDLER", "RESET", "PURGE", "CHANGE", "KILL", "LOCK",
        "UNLOCK", "CACHE", "PREPARE", "EXECUTE", "DEALLOCATE", "SIGNAL", "BACKUP", "STOP", "HELP", "SHOW", "EXPLAIN",
        "DESCRIBE", "DESC", "END", "COMMENT",
    ]

    // MARK: What the parts have in common

    /// A table's name, as the log's rows have it.
    func table(_ reader: inout StatementReader) -> Name? {
        reader.takeTable(default: context.database).map { catalogue.folded($0) }
    }

    /// Notes a table of the catalogue.
    mutating func touch(_ name: Name) {
        if catalogue.isFollowed(name) { touched.insert(name) }
    }

    func fault(_ reason: String) -> SchemaFault { SchemaFault(.cannotFollow, reason) }
}
