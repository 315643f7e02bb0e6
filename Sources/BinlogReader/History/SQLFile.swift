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
