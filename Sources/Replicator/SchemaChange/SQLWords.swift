import BinlogReader

/// The words of a statement as a schema change needs them: names without their quotes, text without comments. Not a
/// parser: enough to tell which tables a DDL statement touches.
struct SQLWords {
    enum Word: Equatable {
        /// A bare word or a quoted name; `isQuoted` names are never keywords. What stands in double quotes is a name under
        /// ANSI_QUOTES and a string otherwise: taken as a name, so that none is missed.
        case name(String, isQuoted: Bool)
        case symbol(Character)
        /// A string or a number: of no interest here.
        case literal
    }

    private(set) var words: [Word] = []

    init(_ text: String) {
        var tokens = StatementWords(Array(text.utf8))
        while let token = tokens.nextToken() {
            switch token {
            case .word(let text):
                let isNumber = text.utf8.allSatisfy { (0x30...0x39).contains($0) }
                words.append(isNumber ? .literal : .name(text, isQuoted: false))
            case .quoted(let text): words.append(.name(text, isQuoted: true))
            case .string: words.append(.literal)
            case .symbol(let byte): words.append(.symbol(Character(Unicode.Scalar(byte))))
            }
        }
    }
}

extension SQLWords {
    /// Whether a foreign key that the statement makes changes rows of its table: CASCADE, SET NULL, SET DEFAULT.
    var cascades: Bool {
        var reader = SQLWordReader(self)
        while !reader.isAtEnd {
            let isAction =
                reader.take("CASCADE") || reader.take("SET", "NULL") || reader.take("SET", "DEFAULT")
            if isAction { return true }
            reader.skip()
        }
        return false
    }
}

/// Walks over a statement's words.
struct SQLWordReader {
    private let words: [SQLWords.Word]
    private(set) var index = 0

    init(_ words: SQLWords) {
        self.words = words.words
    }

    var isAtEnd: Bool { index >= words.count }

    mutating func next() -> SQLWords.Word? {
        guard index < words.count else { return nil }
        defer { index += 1 }
        return words[index]
    }

    func peek(_ offset: Int = 0) -> SQLWords.Word? {
        index + offset < words.count ? words[index + offset] : nil
    }

    /// The next word as a keyword in capitals, without taking it; nil if it is quoted, a literal or a symbol.
    var keyword: String? {
        guard case .name(let text, isQuoted: false) = peek() else { return nil }
        return text.uppercased()
    }

    /// Takes the next words if they are these keywords, in this order.
    mutating func take(_ keywords: String...) -> Bool {
        var probe = self
        for keyword in keywords {
            guard probe.keyword == keyword else { return false }
            probe.index += 1
        }
        self = probe
        return true
    }

    mutating func takeSymbol(_ symbol: Character) -> Bool {
        guard peek() == .symbol(symbol) else { return false }
        index += 1
        return true
    }

    mutating func skip() { index += 1 }

    /// `[database.]table`.
    mutating func takeTable(default database: String) -> TableName? {
        guard case .name(let first, _) = peek() else { return nil }
        index += 1
        guard peek() == .symbol("."), case .name(let second, _) = peek(1) else {
            return TableName(database: database, table: first)
        }
        index += 2
        return TableName(database: first, table: second)
    }

    /// `a, b.c, …` up to the first word that is no comma.
    mutating func takeTables(default database: String) -> [TableName] {
        var tables: [TableName] = []
        repeat {
            if let table = takeTable(default: database) { tables.append(table) }
        } while takeSymbol(",")
        return tables
    }
}

/// A table by its two names.
struct TableName: Hashable, Sendable, CustomStringConvertible {
    var database: String
    var table: String

    var description: String { "\(database).\(table)" }
}
