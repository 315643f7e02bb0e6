import Rows

/// `key = {database}:{table}:{id}`: how the key of a row is made. Braces hold `database`, `table` or the name of a
/// column of the target; `{{` and `}}` stand for braces themselves.
///
/// No two rows make the same key. A value that another one follows has `%` and the first character of the text behind
/// it written as `%25` and so on, so its end can be told; that text must therefore begin with a character that is no
/// letter, digit or `%`. The last value stands as it is.
struct RedisKeyTemplate: Equatable, Sendable {
    enum Part: Equatable, Sendable {
        case literal([UInt8])
        case placeholder(String)
    }

    let text: String
    let parts: [Part]

    init(_ text: String) throws(SinkError) {
        self.text = text
        parts = try Self.parse(text)
        guard parts.contains(where: { if case .placeholder = $0 { true } else { false } }) else {
            throw SinkError(.fatal, "key = \(text): names no column; an example is {database}:{table}:{id}")
        }
        for (index, part) in parts.enumerated() {
            guard case .placeholder(let name) = part, index < parts.count - 1 else { continue }
            let isLast = !parts[(index + 1)...].contains { if case .placeholder = $0 { true } else { false } }
            if isLast { continue }
            guard case .literal(let separator) = parts[index + 1], Self.isSeparator(separator.first) else {
                throw SinkError(
                    .fatal,
                    "key = \(text): after {\(name)} there must be a separator such as ':' (no letter, digit or %), or two "
                        + "rows could get the same key")
            }
        }
    }

    /// The standard key of a table: `{table}:{id}`.
    init(standardFor table: Table) {
        var parts = [Part.placeholder("table")]
        for column in table.primaryKey {
            parts.append(.literal([UInt8(ascii: ":")]))
            parts.append(.placeholder(table.columns[column].name))
        }
        self.parts = parts
        text = "{table}" + table.primaryKey.map { ":{\(table.columns[$0].name)}" }.joined()
    }

    private static func isSeparator(_ byte: UInt8?) -> Bool {
        guard let byte else { return false }
        return switch byte {
        case UInt8(ascii: "%"), UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "a")...UInt8(ascii: "z"), 0x80...0xFF:
            false
        default: true
        }
    }

    private static func parse(_ text: String) throws(SinkError) -> [Part] {
        var parts: [Part] = []
        var literal: [UInt8] = []
        var rest = Substring(text)
        while let character = rest.popFirst() {
            switch character {
            case "{" where rest.first == "{", "}" where rest.first == "}":
                rest.removeFirst()
                literal += String(character).utf8
            case "{":
                guard let end = rest.firstIndex(of: "}"), end > rest.startIndex else {
                    throw SinkError(.fatal, "key = \(text): a { without a name and } after it")
                }
                if !literal.isEmpty { parts.append(.literal(literal)) }
                literal = []
                parts.append(.placeholder(String(rest[..<end])))
                rest = rest[rest.index(after: end)...]
            case "}":
                throw SinkError(.fatal, "key = \(text): a } without { before it; a brace itself is written }}")
            default:
                literal += String(character).utf8
            }
        }
        if !literal.isEmpty { parts.append(.literal(literal)) }
        return parts
    }
}

/// A key template made ready for one table: its name is filled in, and placeholders are column numbers.
struct RedisKeyLayout: Equatable, Sendable {
    enum Part: Equatable, Sendable {
        case literal([UInt8])
        /// A column's value, in which `%` and `separator` are escaped; nil: it stands as it is.
        case column(Int, separator: UInt8?)
    }

    private(set) var parts: [Part] = []

    /// Throws the name of a placeholder that is no column of `table`.
    init(_ template: RedisKeyTemplate, for table: Table) throws(UnknownColumn) {
        for (index, part) in template.parts.enumerated() {
            let following = template.parts[(index + 1)...]
            let isLast = !following.contains { if case .placeholder = $0 { true } else { false } }
            var separator: UInt8?
            if !isLast, case .literal(let text)? = following.first { separator = text.first }
            switch part {
            case .literal(let text): append(literal: text)
            case .placeholder("database"): append(literal: Self.escaped(Array(table.database.utf8), separator))
            case .placeholder("table"): append(literal: Self.escaped(Array(table.name.utf8), separator))
            case .placeholder(let name):
                guard let column = table.index(of: name) else { throw UnknownColumn(name: name) }
                parts.append(.column(column, separator: separator))
            }
        }
    }

    struct UnknownColumn: Error {
        let name: String
    }

    /// The columns that the key is made of.
    var columns: [Int] {
        parts.compactMap { if case .column(let column, _) = $0 { column } else { nil } }
    }

    /// The layout without its column numbers: two tables for which it is equal could make the same keys.
    var shape: [Part] {
        parts.map { if case .column(_, let separator) = $0 { .column(0, separator: separator) } else { $0 } }
    }

    /// The keys for people, a column's value as `…`.
    var outline: String {
        parts.map { if case .literal(let text) = $0 { String(decoding: text, as: UTF8.self) } else { "…" } }.joined()
    }

    /// What SCAN takes for the keys of the table, and for some others perhaps.
    var pattern: [UInt8] {
        var pattern: [UInt8] = []
        for part in parts {
            switch part {
            case .column: pattern.append(UInt8(ascii: "*"))
            case .literal(let text):
                for byte in text {
                    if "*?[]\\^-".utf8.contains(byte) { pattern.append(UInt8(ascii: "\\")) }
                    pattern.append(byte)
                }
            }
        }
        return pattern
    }

    /// Escapes what was appended to `bytes` from `start` on.
    static func escape(_ bytes: inout [UInt8], from start: Int, _ separator: UInt8?) {
        guard let separator, bytes[start...].contains(where: { $0 == separator || $0 == percent }) else { return }
        let value = Array(bytes[start...])
        bytes.removeSubrange(start...)
        for byte in value {
            if byte == separator || byte == percent {
                bytes.append(percent)
                bytes.append(hexDigit(byte >> 4))
                bytes.append(hexDigit(byte & 0x0F))
            } else {
                bytes.append(byte)
            }
        }
    }

    private static let percent = UInt8(ascii: "%")

    private static func hexDigit(_ value: UInt8) -> UInt8 {
        value < 10 ? UInt8(ascii: "0") + value : UInt8(ascii: "A") + value - 10
    }

    private static func escaped(_ bytes: [UInt8], _ separator: UInt8?) -> [UInt8] {
        var bytes = bytes
        escape(&bytes, from: 0, separator)
        return bytes
    }

    private mutating func append(literal text: [UInt8]) {
        if case .literal(let before)? = parts.last {
            parts[parts.count - 1] = .literal(before + text)
        } else {
            parts.append(.literal(text))
        }
    }
}

extension RedisKeyLayout {
    /// Appends the key of a row whose columns have these texts; false if one of the key's is NULL.
    func appendKey(of texts: [[UInt8]?], to output: inout [UInt8]) -> Bool {
        for part in parts {
            switch part {
            case .literal(let text): output.append(contentsOf: text)
            case .column(let column, let separator):
                guard let text = texts[column] else { return false }
                let start = output.count
                output.append(contentsOf: text)
                Self.escape(&output, from: start, separator)
            }
        }
        return true
    }

    /// True if some row of the table could have this key.
    func canMake(_ key: [UInt8]) -> Bool {
        // The literals in turn; between them a value, which the separator in front of the next literal ends.
        var rest = key[...]
        for (index, part) in parts.enumerated() {
            switch part {
            case .literal(let text):
                guard rest.starts(with: text) else { return false }
                rest = rest.dropFirst(text.count)
            case .column(_, let separator?):
                rest = rest.drop { $0 != separator }
            case .column(_, nil):
                // The last value: only the text behind it is left.
                guard index + 1 < parts.count, case .literal(let text) = parts[index + 1] else { return true }
                return rest.count >= text.count && rest.suffix(text.count).elementsEqual(text)
            }
        }
        return rest.isEmpty
    }
}
