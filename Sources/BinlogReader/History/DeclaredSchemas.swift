internal import MySQLClient
internal import Rows

/// Tables as a file of SQL declares them: what they were where reading begins, moved on by the statements of the log. For
/// logs without a server. Confined to the reader's thread.
package final class DeclaredSchemas: TableSchemas {
    package typealias Name = SourceServer.TableName

    /// The SQL, and what to call it.
    private let text: String
    private let path: String
    private var catalogue: SchemaCatalogue?
    private var untold: [Name: String] = [:]

    /// - Parameter text: CREATE TABLE statements, as SHOW CREATE TABLE or `mysqldump --no-data` print them; other statements
    ///   are passed over. A table without a database is in that of the last USE, or in the one that the dump says it is of.
    package init(_ text: String, path: String) {
        self.text = text
        self.path = path
    }

    package func begin(logOf serverVersion: String) throws {
        if catalogue != nil { return }
        var catalogue = SchemaCatalogue(version: ServerVersion(serverVersion))
        for statement in SQLFile(text).statements where statement.declares {
            guard statement.isQualified || !statement.database.isEmpty else {
                throw DeclarationError(
                    "\(path):\(statement.line): in which database is the table? Write USE database; before it")
            }
            do throws(SchemaFault) {
                try catalogue.apply(statement.text, in: StatementContext(database: statement.database))
            } catch {
                throw DeclarationError("\(path):\(statement.line): \(error)")
            }
        }
        self.catalogue = catalogue
    }

    package func take(_ statement: LoggedStatement) throws -> Set<Name> {
        guard var moved = catalogue else { return [] }
        let (touched, fault) = moved.follow(statement)
        for name in touched { untold[name] = nil }
        for name in fault?.tables.map(moved.folded) ?? [] {
            moved[name] = nil
            untold[name] = "the statement at \(statement.place.event) changed it: \(fault?.reason ?? "")"
        }
        catalogue = moved
        return touched
    }

    package func answer(for table: Name, at place: LogPlace) throws -> SchemaAnswer {
        if let schema = catalogue?[table] { return .known(schema) }
        // Nobody declared it: then it prints by number.
        guard let reason = untold[table] else { return .untold }
        throw SchemaHistoryError.undeclared(table, at: place.event, reason: reason)
    }
}

/// What is wrong with a file of declarations: one line.
package struct DeclarationError: Error, CustomStringConvertible {
    package let description: String

    init(_ description: String) {
        self.description = description
    }
}

/// The statements of a file of SQL.
struct SQLFile {
    struct Statement {
        var text: [UInt8]
        var database: String
        /// Of its first word, from 1.
        var line: Int
        /// CREATE TABLE, CREATE DATABASE or ALTER DATABASE.
        var declares: Bool
        /// The table's name has its database in front, or it is no table.
        var isQualified: Bool
    }

    private(set) var statements: [Statement] = []

    init(_ text: String) {
        let bytes = Array(text.utf8)
        var database = Self.dumpedDatabase(text)
        var words = StatementWords(bytes)
        var start: Int?
        var line = 1
        var counted = 0
        while true {
            let before = words.offset
            let token = words.nextToken()
            if start == nil, token != nil { start = before }
            guard token == nil || token == .symbol(UInt8(ascii: ";")) else { continue }
            if let begin = start {
                line += bytes[counted..<begin].count { $0 == 0x0A }
                counted = begin
                let end = token == nil ? words.offset : words.offset - 1
                var statement = Self.statement(Array(bytes[begin..<max(begin, end)]), database)
                statement.line = line + statement.line
                if let used = Self.usedDatabase(statement.text) { database = used }
                statements.append(statement)
            }
            start = nil
            if token == nil { return }
        }
    }

    private static func statement(_ text: [UInt8], _ database: String) -> Statement {
        let space = text.prefix { $0 == 0x20 || (0x09...0x0D).contains($0) }
        var words = StatementWords(text)
        let verb = words.next()
        var kind = words.next()
        if kind == "OR" {
            _ = words.next()
            kind = words.next()
        }
        let isTable = verb == "CREATE" && kind == "TABLE"
        let isDatabase = (verb == "CREATE" || verb == "ALTER") && (kind == "DATABASE" || kind == "SCHEMA")
        if words.take("IF") {
            _ = words.take("NOT")
            _ = words.take("EXISTS")
        }
        _ = words.nextToken()
        return Statement(
            text: text, database: database, line: space.count { $0 == 0x0A }, declares: isTable || isDatabase,
            isQualified: !isTable || words.peek() == .symbol(UInt8(ascii: ".")))
    }

    private static func usedDatabase(_ text: [UInt8]) -> String? {
        var words = StatementWords(text)
        return words.take("USE") ? words.nextToken()?.name : nil
    }

    /// A dump of one database names it in its head only: `-- Host: localhost    Database: shop`.
    private static func dumpedDatabase(_ text: String) -> String {
        for line in text.split(separator: "\n").prefix(20) where line.hasPrefix("-- Host:") {
            guard let mark = line.firstRange(of: "Database: ") else { continue }
            let name = line[mark.upperBound...]
            return String(name.prefix { $0 != " " && $0 != "\t" && $0 != "\r" })
        }
        return ""
    }
}
