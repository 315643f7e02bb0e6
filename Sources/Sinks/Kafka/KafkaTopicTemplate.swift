import Rows

/// `topic = {database}.{table}`: how the topic of a target table is called. Braces hold `database` or `table`.
struct KafkaTopicTemplate: Equatable, Sendable {
    private enum Part: Equatable, Sendable {
        case literal(String)
        case database
        case table
    }

    let text: String
    private let parts: [Part]

    /// Where no template is given: `database.table`, or `table` for a view that names no database.
    static let standard = KafkaTopicTemplate(text: "{database}.{table}", parts: [])

    private init(text: String, parts: [Part]) {
        self.text = text
        self.parts = parts
    }

    init(_ text: String) throws(SinkError) {
        var parts: [Part] = []
        var rest = Substring(text)
        while let first = rest.first {
            if first != "{" {
                let literal = rest.prefix { $0 != "{" }
                if let strange = literal.first(where: { !Self.isAllowed($0) }) {
                    throw SinkError(
                        .fatal,
                        "topic = \(text): \(strange) cannot be in a topic's name, which has letters, digits and . _ - only"
                    )
                }
                parts.append(.literal(String(literal)))
                rest = rest[literal.endIndex...]
            } else if rest.hasPrefix("{database}") {
                parts.append(.database)
                rest = rest.dropFirst("{database}".count)
            } else if rest.hasPrefix("{table}") {
                parts.append(.table)
                rest = rest.dropFirst("{table}".count)
            } else {
                throw SinkError(
                    .fatal, "topic = \(text): braces hold database or table, as in {database}.{table}")
            }
        }
        guard !parts.isEmpty else { throw SinkError(.fatal, "topic is empty; an example is {database}.{table}") }
        self.init(text: text, parts: parts)
    }

    /// The name of `table`'s topic. Throws what stands in the way.
    func name(for table: Table) throws(Problem) -> String {
        var name = ""
        for part in parts {
            switch part {
            case .literal(let text): name += text
            case .table: name += table.name
            case .database:
                guard !table.database.isEmpty else {
                    throw Problem(
                        text: "topic = \(text): the view \(table.name) names no database: CREATE VIEW "
                            + "database.\(table.name), or leave {database} out")
                }
                name += table.database
            }
        }
        if parts.isEmpty { name = table.qualifiedName }
        guard name.allSatisfy(Self.isAllowed), name.utf8.count <= 249, name != ".", name != ".." else {
            throw Problem(
                text:
                    "topic = \(text): \(table.qualifiedName) would get the topic \"\(name)\", and a topic's name has at "
                    + "most 249 letters, digits and . _ - only: give the target another name in a view")
        }
        return name
    }

    private static func isAllowed(_ character: Character) -> Bool {
        guard let byte = character.asciiValue else { return false }
        return character.isLetter || character.isNumber || ".-_".utf8.contains(byte)
    }

    struct Problem: Error, Equatable {
        let text: String
    }
}
