/// A key as it was written.
struct KeySyntax: Equatable {
    var kind: TableSchema.Key.Kind
    var name: String?
    var ifNotExists = false
    var parts: [TableSchema.Key.Part]
    /// The index that a foreign key needs: made only where no other serves.
    var isImplied = false
    var usesHash = false

    init(_ kind: TableSchema.Key.Kind, name: String? = nil, parts: [TableSchema.Key.Part]) {
        self.kind = kind
        self.name = name
        self.parts = parts
    }

    /// Reads on behind KEY or INDEX: `[IF NOT EXISTS] [name] [USING …] (parts) …`.
    init(
        _ kind: TableSchema.Key.Kind, constraint: String? = nil, _ reader: inout StatementReader
    ) throws(SchemaFault) {
        ifNotExists = reader.take("IF", "NOT", "EXISTS")
        self.kind = kind
        if !reader.isSymbol("("), reader.keyword != "USING", reader.keyword != "TYPE" { name = reader.takeName() }
        if kind == .primary { name = nil } else if name == nil { name = constraint }
        usesHash = reader.contains("USING", "HASH")
        if reader.take(anyOf: ["USING", "TYPE"]) != nil { reader.skip() }
        guard let content = reader.takeParenthesised() else {
            throw SchemaFault(.cannotFollow, "a key has no columns")
        }
        parts = try Self.parts(content)
        isImplied = reader.keyword == "COMMENT" && reader.peek(1) == .string(TableSchema.Key.impliedComment)
    }

    static func parts(_ content: StatementReader) throws(SchemaFault) -> [TableSchema.Key.Part] {
        var content = content
        var parts: [TableSchema.Key.Part] = []
        while !content.isAtEnd {
            var element = content.takeElement()
            guard !element.isSymbol("(") else {
                parts.append(TableSchema.Key.Part())
                continue
            }
            guard let column = element.takeName() else {
                throw SchemaFault(.cannotFollow, "\(element.shown) stands where a key's column should")
            }
            var part = TableSchema.Key.Part(column: column)
            if var prefix = element.takeParenthesised() { part.prefix = prefix.takeNumber() }
            parts.append(part)
        }
        guard !parts.isEmpty else { throw SchemaFault(.cannotFollow, "a key has no columns") }
        return parts
    }
}

/// What stands between the commas of a CREATE TABLE, and behind ADD in ALTER TABLE.
enum TableElement: Equatable {
    case column(ColumnSyntax)
    case key(KeySyntax)
    /// A CHECK, and the columns that it keeps to JSON.
    case check(name: String?, jsonColumns: Set<String>)
    case systemPeriod(start: String, end: String)
    /// `PERIOD FOR name (…)`, whose columns cannot be NULL.
    case period([String])

    init(_ reader: inout StatementReader, settings: StatementSettings) throws(SchemaFault) {
        var constraint: String?
        let isConstraint = reader.take("CONSTRAINT")
        if isConstraint, !["PRIMARY", "UNIQUE", "FOREIGN", "CHECK"].contains(reader.keyword) {
            constraint = reader.takeName()
        }
        if reader.take("PRIMARY", "KEY") {
            self = .key(try KeySyntax(.primary, &reader))
        } else if reader.take("UNIQUE") {
            _ = reader.take(anyOf: ["KEY", "INDEX"])
            self = .key(try KeySyntax(.unique, constraint: constraint, &reader))
        } else if reader.take("FOREIGN", "KEY") {
            var key = try KeySyntax(.plain, &reader)
            // The index is called as the constraint is.
            key.name = constraint ?? key.name
            key.isImplied = true
            self = .key(key)
        } else if reader.keyword == "CHECK", reader.isSymbol("(", at: 1) {
            reader.skip()
            guard let condition = reader.takeParenthesised() else {
                throw SchemaFault(.cannotFollow, "a CHECK is not closed")
            }
            self = .check(name: constraint, jsonColumns: ExpressionSyntax.jsonColumns(condition))
        } else if isConstraint {
            throw SchemaFault(.cannotFollow, "a CONSTRAINT of the kind \(reader.shown) is not known")
        } else if reader.take(anyOf: ["KEY", "INDEX"]) != nil {
            self = .key(try KeySyntax(.plain, &reader))
        } else if let kind = reader.keyword, ["FULLTEXT", "SPATIAL", "VECTOR"].contains(kind), Self.isKey(reader) {
            reader.skip()
            _ = reader.take(anyOf: ["KEY", "INDEX"])
            self = .key(try KeySyntax(.plain, &reader))
        } else if reader.take("PERIOD", "FOR") {
            self = try Self.period(&reader)
        } else {
            self = .column(try ColumnSyntax(&reader, settings: settings))
        }
    }

    /// `VECTOR` is reserved in neither server.
    private static func isKey(_ reader: StatementReader) -> Bool {
        reader.keyword != "VECTOR" || ["KEY", "INDEX"].contains(reader.keyword(1))
    }

    private static func period(_ reader: inout StatementReader) throws(SchemaFault) -> TableElement {
        let isSystem = reader.take("SYSTEM_TIME")
        if !isSystem { _ = reader.takeName() }
        guard let content = reader.takeParenthesised() else {
            throw SchemaFault(.cannotFollow, "a PERIOD has no columns")
        }
        let names = try KeySyntax.parts(content).compactMap(\.column)
        guard names.count == 2 else { throw SchemaFault(.cannotFollow, "a PERIOD has not two columns") }
        return isSystem ? .systemPeriod(start: names[0], end: names[1]) : .period(names)
    }
}
