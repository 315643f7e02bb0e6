/// A column's definition as it was written: what it means depends on the table's character set.
struct ColumnSyntax: Equatable {
    enum Place: Equatable {
        case first
        case after(String)
    }

    var name: String
    var type: TypeSyntax
    var charset = CharsetClause()
    /// `NULL` or `NOT NULL`, if either was written.
    var isNullable: Bool?
    var isAutoIncrement = false
    var isPrimary = false
    var isUnique = false
    var isInvisible = false
    var generation: SchemaColumn.Generation?
    var isPeriodStart = false
    var isPeriodEnd = false
    /// `WITH SYSTEM VERSIONING` of the column alone makes the table such.
    var isVersioned = false
    /// It has a CHECK of its own; the columns that this keeps to JSON.
    var jsonCheck: Set<String>?
    var hasForeignKey = false
    var place: Place?

    /// Reads a definition to its end.
    init(_ reader: inout StatementReader, settings: StatementSettings) throws(SchemaFault) {
        guard let name = reader.takeName() else {
            throw SchemaFault(.cannotFollow, "\(reader.shown) stands where a column's name should")
        }
        self.name = name
        type = try TypeSyntax(&reader, settings: settings)
        charset = type.charset
        if type.isSerial {
            isNullable = false
            isAutoIncrement = true
            isUnique = true
        }
        while !reader.isAtEnd {
            if try takeTypeAttribute(&reader) { continue }
            if try takeAttribute(&reader, settings) { continue }
            if try takeConstraint(&reader) { continue }
            if takePlace(&reader) { continue }
            // The end of an ALTER TABLE, which no comma sets apart.
            if reader.keyword == "PARTITION" || reader.keyword == "REMOVE" { return }
            // Attributes of engines: `name = value`.
            guard reader.peek()?.name != nil, reader.isSymbol("=", at: 1) else {
                throw SchemaFault(.cannotFollow, "\(reader.shown) in a column's definition is not known")
            }
            for _ in 0..<3 { reader.skip() }
        }
    }

    private mutating func takeTypeAttribute(_ reader: inout StatementReader) throws(SchemaFault) -> Bool {
        if try charset.take(&reader) { return true }
        switch reader.keyword {
        case "UNSIGNED": type.declared.isUnsigned = true
        case "ZEROFILL": type.declared.isUnsigned = true
        case "SIGNED": break
        case "BINARY": charset.isBinary = true
        case "ASCII": charset.charset = "latin1"
        case "UNICODE": charset.charset = "ucs2"
        case "BYTE": charset.charset = "binary"
        case "COMPRESSED":
            type.declared.isCompressed = true
            if reader.isSymbol("=", at: 1) { for _ in 0..<2 { reader.skip() } }
        default: return false
        }
        reader.skip()
        return true
    }

    private mutating func takeAttribute(
        _ reader: inout StatementReader, _ settings: StatementSettings
    ) throws(SchemaFault) -> Bool {
        if reader.take("NOT", "NULL") {
            isNullable = false
        } else if reader.take("NULL") {
            isNullable = true
        } else if reader.take("DEFAULT") {
            ExpressionSyntax.skipTerm(&reader)
        } else if reader.take("ON", "UPDATE") {
            ExpressionSyntax.skipTerm(&reader)
        } else if reader.take("AUTO_INCREMENT") {
            isAutoIncrement = true
        } else if reader.take("SERIAL", "DEFAULT", "VALUE") {
            isAutoIncrement = true
            isUnique = true
            isNullable = false
        } else if reader.take("GENERATED", "ALWAYS", "AS", "ROW") || reader.take("AS", "ROW") {
            isPeriodStart = reader.take("START")
            isPeriodEnd = !isPeriodStart && reader.take("END")
            isNullable = false
        } else if reader.take("GENERATED", "ALWAYS", "AS") || reader.take("AS") {
            guard reader.takeParenthesised() != nil else { return false }
            generation = .virtual
        } else if reader.take("VIRTUAL") {
            generation = .virtual
        } else if reader.take(anyOf: ["STORED", "PERSISTENT"]) != nil {
            generation = .stored
        } else if reader.take("INVISIBLE") {
            isInvisible = true
        } else if reader.take("VISIBLE") {
            isInvisible = false
        } else if reader.take("WITH", "SYSTEM", "VERSIONING") {
            isVersioned = true
        } else if reader.take("WITHOUT", "SYSTEM", "VERSIONING") || reader.take("NOT", "SECONDARY") {
            return true
        } else if reader.take(anyOf: Self.settings) != nil {
            _ = reader.takeSymbol("=")
            ExpressionSyntax.skipTerm(&reader)
        } else {
            return false
        }
        return true
    }

    /// Attributes that have one value, and say nothing about the column's values.
    private static let settings: Set<String> = [
        "COMMENT", "COLUMN_FORMAT", "STORAGE", "ENGINE_ATTRIBUTE", "SECONDARY_ENGINE_ATTRIBUTE", "SRID",
        "REF_SYSTEM_ID",
    ]

    private mutating func takeConstraint(_ reader: inout StatementReader) throws(SchemaFault) -> Bool {
        if reader.take("PRIMARY") {
            _ = reader.take("KEY")
            isPrimary = true
        } else if reader.take("UNIQUE") {
            _ = reader.take(anyOf: ["KEY", "INDEX"])
            isUnique = true
        } else if reader.take("KEY") {
            isPrimary = true
        } else if reader.take("REFERENCES") {
            ReferenceSyntax.skip(&reader)
            hasForeignKey = true
        } else if reader.keyword == "CHECK" || reader.keyword == "CONSTRAINT" {
            if reader.take("CONSTRAINT"), reader.keyword != "CHECK" { _ = reader.takeName() }
            guard reader.take("CHECK"), let condition = reader.takeParenthesised() else { return false }
            jsonCheck = (jsonCheck ?? []).union(ExpressionSyntax.jsonColumns(condition))
            if !reader.take("ENFORCED") { _ = reader.take("NOT", "ENFORCED") }
        } else {
            return false
        }
        return true
    }

    private mutating func takePlace(_ reader: inout StatementReader) -> Bool {
        if reader.take("FIRST") {
            place = .first
            return true
        }
        guard reader.keyword == "AFTER", let name = reader.peek(1)?.name else { return false }
        for _ in 0..<2 { reader.skip() }
        place = .after(name)
        return true
    }
}
