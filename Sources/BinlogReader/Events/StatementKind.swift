/// What the text of a QUERY event is, as far as following row changes needs to know.
enum StatementKind: Equatable {
    case begin
    case commit
    case rollback
    case savepoint(name: String)
    case rollbackTo(name: String)
    case releaseSavepoint
    /// START, PREPARE, COMMIT: rows that are committed apart from where they are logged.
    case distributed
    case distributedRollback
    /// Nothing but a comment, which MariaDB sends in place of events that a reader cannot know.
    case nothing
    /// Changes rows: a change that was not logged as rows. The keyword is for messages.
    case change(keyword: String)
    /// About a temporary table, which no one else sees.
    case temporaryTable
    /// DDL, TRUNCATE, GRANT, ….
    case other

    init(_ text: [UInt8]) {
        // The two that most groups have.
        if text.elementsEqual("BEGIN".utf8) {
            self = .begin
            return
        }
        if text.elementsEqual("COMMIT".utf8) {
            self = .commit
            return
        }
        var words = StatementWords(text)
        guard let first = words.next() else {
            self = .nothing
            return
        }
        self = Self.kind(first, &words)
    }

    private static func kind(_ first: String, _ words: inout StatementWords) -> StatementKind {
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
            case "ROLLBACK": return .distributedRollback
            case "END": return .nothing
            default: return .distributed
            }
        case "INSERT", "UPDATE", "DELETE", "REPLACE", "LOAD", "SELECT", "WITH", "CALL", "DO", "VALUES", "HANDLER":
            return .change(keyword: first)
        case "SET":
            // SET STATEMENT variable = value FOR INSERT …
            guard words.next() == "STATEMENT" else { return .other }
            while let word = words.next() {
                if word == "FOR" { return words.next().map { kind($0, &words) } ?? .other }
            }
            return .other
        case "ANALYZE", "EXPLAIN", "DESCRIBE":
            // MariaDB's ANALYZE runs the statement after it.
            while let word = words.next(), !["TABLE", "TABLES", "LOCAL", "NO_WRITE_TO_BINLOG"].contains(word) {
                if case .change(let keyword) = kind(word, &words) { return .change(keyword: keyword) }
            }
            return .other
        case "CREATE": return create(&words)
        case "DROP": return words.next() == "TEMPORARY" ? .temporaryTable : .other
        default: return .other
        }
    }

    /// `CREATE TABLE … SELECT`, which with rows is logged without its SELECT.
    private static func create(_ words: inout StatementWords) -> StatementKind {
        var word = words.next()
        if word == "OR" {
            _ = words.next()  // REPLACE
            word = words.next()
        }
        if word == "TEMPORARY" { return .temporaryTable }
        guard word == "TABLE" else { return .other }
        while let word = words.next() {
            if word == "SELECT" { return .change(keyword: "CREATE TABLE … SELECT") }
        }
        return .other
    }
}

/// The words of a statement outside quotes and comments, in upper case. The content of `/*! … */` counts, as the
/// servers run it.
struct StatementWords: IteratorProtocol {
    private let text: [UInt8]
    private var index = 0

    init(_ text: [UInt8]) {
        self.text = text
    }

    /// What is left, without space around it.
    var rest: String {
        let trimmed = text.dropFirst(index).drop { Self.isSpace($0) }
        return String(decoding: trimmed, as: UTF8.self)
    }

    mutating func next() -> String? {
        while index < text.count {
            let byte = text[index]
            switch byte {
            case UInt8(ascii: "'"), UInt8(ascii: "\""), UInt8(ascii: "`"): skipQuoted(byte)
            case UInt8(ascii: "#"): skipLine()
            case UInt8(ascii: "-") where peek(1) == UInt8(ascii: "-") && peek(2).map(Self.isSpace) ?? true: skipLine()
            case UInt8(ascii: "/") where peek(1) == UInt8(ascii: "*"): skipComment()
            case let byte where Self.isWord(byte):
                let start = index
                while index < text.count, Self.isWord(text[index]) { index += 1 }
                return String(decoding: text[start..<index], as: UTF8.self).uppercased()
            default: index += 1
            }
        }
        return nil
    }

    private func peek(_ distance: Int) -> UInt8? {
        index + distance < text.count ? text[index + distance] : nil
    }

    private mutating func skipLine() {
        while index < text.count, text[index] != UInt8(ascii: "\n") { index += 1 }
    }

    private mutating func skipQuoted(_ quote: UInt8) {
        index += 1
        while index < text.count, text[index] != quote {
            index += text[index] == UInt8(ascii: "\\") && quote != UInt8(ascii: "`") ? 2 : 1
        }
        index += 1
    }

    /// `/* … */`; of `/*!40101 … */` and `/*M!100100 … */` only the mark and the version.
    private mutating func skipComment() {
        index += 2
        var mark = index
        if mark < text.count, text[mark] == UInt8(ascii: "M") { mark += 1 }
        if mark < text.count, text[mark] == UInt8(ascii: "!") {
            index = mark + 1
            while index < text.count, (0x30...0x39).contains(text[index]) { index += 1 }
            return
        }
        while index < text.count {
            if text[index] == UInt8(ascii: "*"), peek(1) == UInt8(ascii: "/") {
                index += 2
                return
            }
            index += 1
        }
    }

    private static func isSpace(_ byte: UInt8) -> Bool { byte == 0x20 || (0x09...0x0D).contains(byte) }

    private static func isWord(_ byte: UInt8) -> Bool {
        switch byte {
        case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, UInt8(ascii: "_"), UInt8(ascii: "$"), 0x80...: true
        default: false
        }
    }
}
