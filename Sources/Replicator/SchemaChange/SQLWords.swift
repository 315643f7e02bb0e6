/// The words of a statement as a schema change needs them: names without their quotes, text without comments. Not a
/// parser: enough to tell which tables a DDL statement touches.
struct SQLWords {
    enum Word: Equatable {
        /// A bare word or a quoted name; `isQuoted` names are never keywords.
        case name(String, isQuoted: Bool)
        case symbol(Character)
        /// A string or a number: of no interest here.
        case literal
    }

    private(set) var words: [Word] = []

    /// Comments are left out, but what stands in `/*! … */` and `/*M! … */` is read, as the server does.
    init(_ text: String) {
        let characters = Array(text)
        var index = 0
        func at(_ offset: Int) -> Character? { offset < characters.count ? characters[offset] : nil }
        func isWordPart(_ character: Character) -> Bool {
            character.isLetter || character.isNumber || character == "_" || character == "$" || character == "@"
        }
        while let character = at(index) {
            if character.isWhitespace {
                index += 1
            } else if character == "#"
                || (character == "-" && at(index + 1) == "-" && at(index + 2)?.isWhitespace ?? true)
            {
                while index < characters.count, characters[index] != "\n" { index += 1 }
            } else if character == "/", at(index + 1) == "*" {
                index += 2
                let isExecutable = at(index) == "!" || (at(index) == "M" && at(index + 1) == "!")
                if isExecutable {
                    // Its words are read; the closing */ comes by as two symbols and is dropped below.
                    index += at(index) == "M" ? 2 : 1
                    while at(index)?.isNumber ?? false { index += 1 }
                } else {
                    while index < characters.count, !(at(index) == "*" && at(index + 1) == "/") { index += 1 }
                    index += 2
                }
            } else if character == "*", at(index + 1) == "/" {
                index += 2
            } else if character == "`" || character == "\"" || character == "'" {
                var text = ""
                index += 1
                while let next = at(index) {
                    if next == "\\", character != "`" {
                        index += 2
                    } else if next == character {
                        guard at(index + 1) == character else { break }
                        text.append(character)
                        index += 2
                    } else {
                        text.append(next)
                        index += 1
                    }
                }
                index += 1
                // Double quotes are names under ANSI_QUOTES and strings otherwise; taken as names, so that none is missed.
                words.append(character == "'" ? .literal : .name(text, isQuoted: true))
            } else if character.isNumber {
                while let next = at(index), isWordPart(next) { index += 1 }
                words.append(.literal)
            } else if character.isLetter || character == "_" || character == "$" || character == "@" {
                var text = ""
                while let next = at(index), isWordPart(next) {
                    text.append(next)
                    index += 1
                }
                words.append(.name(text, isQuoted: false))
            } else {
                words.append(.symbol(character))
                index += 1
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
