internal import MySQLClient
internal import Rows

extension TableSchema {
    /// The table as a CREATE TABLE that either server would take, and that a catalogue reads back to an equal schema
    /// whatever the defaults of database and server are: all that is inherited is written out.
    package func statement(creating name: SourceServer.TableName) -> String {
        var elements = columns.map { Self.text(of: $0) }
        elements += keys.map { Self.text(of: $0) }
        for check in jsonChecks {
            let name = check.name.map { "CONSTRAINT \(Connection.identifier($0)) " } ?? ""
            let terms = check.columns.sorted().map { "json_valid(\(Connection.identifier($0)))" }
            elements.append("\(name)CHECK (\(terms.joined(separator: " and ")))")
        }
        if let period, !period.isHidden {
            let names = [period.start, period.end].map { Connection.identifier($0) }
            elements.append("PERIOD FOR SYSTEM_TIME (\(names.joined(separator: ", ")))")
        }
        let table = "\(Connection.identifier(name.database)).\(Connection.identifier(name.name))"
        var text = "CREATE TABLE \(table) (\n  \(elements.joined(separator: ",\n  "))\n)"
        if let collation { text += " \(Self.text(of: collation))" }
        if period != nil { text += " WITH SYSTEM VERSIONING" }
        return text
    }

    private static func text(of column: SchemaColumn) -> String {
        var words = [Connection.identifier(column.name), text(of: column.declared)]
        if let collation = column.collation { words.append(text(of: collation)) }
        if let generation = column.generation {
            words.append("GENERATED ALWAYS AS (NULL) \(generation.rawValue.uppercased())")
        }
        words.append(column.isNullable ? "NULL" : "NOT NULL")
        if column.isInvisible { words.append("INVISIBLE") }
        if column.isCheckedJSON { words.append("CHECK (json_valid(\(Connection.identifier(column.name))))") }
        return words.joined(separator: " ")
    }

    private static func text(of type: DeclaredType) -> String {
        var text = type.keyword.rawValue
        if !type.labels.isEmpty {
            text += "(\(type.labels.map(Self.literal).joined(separator: ",")))"
        } else if let length = type.length {
            text += "(\(length)\(type.decimals.map { ",\($0)" } ?? ""))"
        }
        if type.isUnsigned { text += " unsigned" }
        if type.isCompressed { text += " COMPRESSED" }
        return text
    }

    private static func text(of collation: Collation) -> String {
        if collation == .unknown { return "COLLATE \(Collation.unknownName)" }
        guard let name = collation.name, let charset = collation.charset else { return "" }
        return "CHARACTER SET \(charset.name) COLLATE \(name)"
    }

    private static func text(of key: Key) -> String {
        let kind =
            switch key.kind {
            case .primary: "PRIMARY KEY"
            case .unique: "UNIQUE KEY"
            case .plain: "KEY"
            }
        let name = key.name.map { " \(Connection.identifier($0))" } ?? ""
        let parts = key.parts.map { part in
            (part.column.map { Connection.identifier($0) } ?? "(NULL)") + (part.prefix.map { "(\($0))" } ?? "")
        }
        let hash = key.usesHash ? " USING HASH" : ""
        let comment = key.isImplied ? " COMMENT '\(Key.impliedComment)'" : ""
        return "\(kind)\(name) (\(parts.joined(separator: ", ")))\(hash)\(comment)"
    }

    /// As sessions without `NO_BACKSLASH_ESCAPES` read it.
    private static func literal(_ text: String) -> String {
        var literal = "'"
        for character in text.unicodeScalars {
            if character == "'" || character == "\\" { literal.unicodeScalars.append(character) }
            literal.unicodeScalars.append(character)
        }
        return literal + "'"
    }
}
