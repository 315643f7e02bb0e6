/// One `CREATE VIEW … AS SELECT … FROM … WHERE …` of a mapping file: which tables it reads, and what the target holds
/// of their rows. It knows no schema; ``compile(source:)`` types it for one table.
public struct ViewDefinition: Sendable {
    /// The target's database; nil where the view's name has none.
    public let database: String?
    /// The target table.
    public let name: String
    /// The statement as it was written, without its semicolon.
    public let text: String
    let source: MappingSource
    /// Where the view's name stands, for what concerns the view as a whole.
    let nameSpan: SourceSpan
    let from: FromTable
    let items: [SelectItem]
    let condition: Expression?
    /// The statement's tokens, which ``mappingVersion(of:)`` is made of: spaces and comments do not count.
    let normalizedText: String

    /// True if rows of this source table go through the view.
    public func matches(database: String, table: String) -> Bool {
        from.database.matches(database) && from.table.matches(table)
    }

    /// True if `*` is among what it selects: another column of the source is one of the target too.
    var takesAllColumns: Bool {
        items.contains { if case .all = $0.kind { true } else { false } }
    }

    /// The place of the view's name, as messages give it.
    public var location: String {
        let place = MappingError(source, nameSpan, "")
        return "\(place.path):\(place.line):\(place.column)"
    }
}

/// The table of a view's FROM.
struct FromTable: Sendable {
    let database: NamePattern
    let table: NamePattern
    let alias: String?
    let span: SourceSpan
}

/// One element of a view's SELECT list.
struct SelectItem: Sendable {
    enum Kind: Sendable {
        /// `*`: all columns of the source.
        case all
        case expression(Expression, alias: Alias?)
    }

    struct Alias: Sendable {
        let name: String
        let span: SourceSpan
        let isQuoted: Bool
    }

    let kind: Kind
    let span: SourceSpan
}
