extension AlterSyntax {
    /// Reads on behind ADD.
    mutating func takeAddition(
        _ clause: inout StatementReader, _ settings: StatementSettings
    ) throws(SchemaFault) {
        if clause.take("SYSTEM", "VERSIONING") {
            options.isVersioned = true
            return
        }
        if clause.keyword == "PARTITION" {
            finish()
            return
        }
        let isColumn = clause.take("COLUMN")
        let isConditional = isColumn && clause.take("IF", "NOT", "EXISTS") || Self.takeCondition(&clause)
        if clause.isSymbol("("), var list = clause.takeParenthesised() {
            while !list.isAtEnd {
                var element = list.takeElement()
                try add(TableElement(&element, settings: settings), isConditional: isConditional)
            }
        } else if isColumn || isConditional {
            add(
                Definition(
                    column: try ColumnSyntax(&clause, settings: settings), isConditional: isConditional))
        } else {
            try add(TableElement(&clause, settings: settings), isConditional: false)
            // ENFORCED, USING BTREE, REFERENCES …: what follows a key or a constraint.
            clause = clause.end
        }
    }

    /// `ADD IF NOT EXISTS c INT`
    private static func takeCondition(_ clause: inout StatementReader) -> Bool {
        clause.take("IF", "NOT", "EXISTS")
    }

    private mutating func add(_ element: TableElement, isConditional: Bool) throws(SchemaFault) {
        if case .column(let column) = element {
            add(Definition(column: column, isConditional: isConditional))
        } else {
            additions.append(.element(element))
        }
    }

    /// Reads on behind MODIFY or CHANGE.
    mutating func takeDefinition(
        _ clause: inout StatementReader, _ settings: StatementSettings, isRenamed: Bool
    ) throws(SchemaFault) {
        _ = clause.take("COLUMN")
        let isConditional = clause.take("IF", "EXISTS")
        let replaced = isRenamed ? clause.takeName() : nil
        let column = try ColumnSyntax(&clause, settings: settings)
        add(Definition(column: column, replaced: replaced ?? column.name, isConditional: isConditional))
    }

    mutating func takeDrop(_ clause: inout StatementReader) throws(SchemaFault) {
        defer { clause = clause.end }
        if clause.keyword == "PARTITION" {
            finish()
        } else if clause.take("PRIMARY", "KEY") {
            droppedKeys.append(Drop(name: "PRIMARY"))
        } else if clause.take("SYSTEM", "VERSIONING") {
            dropsPeriod = true
        } else if clause.take("PERIOD", "FOR") {
            if clause.take("SYSTEM_TIME") { dropsPeriod = true }
        } else if clause.take(anyOf: ["KEY", "INDEX"]) != nil {
            droppedKeys.append(try Self.drop(&clause))
        } else if clause.take("FOREIGN", "KEY") {
            // The index that the server made for it stays.
        } else if clause.take(anyOf: ["CHECK", "CONSTRAINT"]) != nil {
            droppedConstraints.append(try Self.drop(&clause).name)
        } else {
            _ = clause.take("COLUMN")
            droppedColumns.append(try Self.drop(&clause))
        }
    }

    private static func drop(_ clause: inout StatementReader) throws(SchemaFault) -> Drop {
        let isConditional = clause.take("IF", "EXISTS")
        guard let name = clause.takeName() else {
            throw SchemaFault(.cannotFollow, "\(clause.shown) stands where a name should")
        }
        return Drop(name: name, isConditional: isConditional)
    }

    /// Reads on behind RENAME.
    mutating func takeRename(_ clause: inout StatementReader, _ database: String) throws(SchemaFault) {
        // `RENAME COLUMN`, and not RENAME to a table called column, which would need quotes.
        let kind = clause.take(anyOf: ["COLUMN", "KEY", "INDEX"])
        guard let kind else {
            _ = clause.take(anyOf: ["TO", "AS"])
            _ = clause.takeSymbol("=")
            guard let name = clause.takeTable(default: database) else {
                throw SchemaFault(.cannotFollow, "a table's new name is missing")
            }
            newName = name
            return
        }
        let isConditional = clause.take("IF", "EXISTS")
        guard let old = clause.takeName(), clause.take("TO"), let new = clause.takeName() else {
            throw SchemaFault(.cannotFollow, "the names of a RENAME \(kind) are missing")
        }
        let rename = Rename(old: old, new: new, isConditional: isConditional)
        if kind == "COLUMN" { renamedColumns.append(rename) } else { renamedKeys.append(rename) }
    }

    /// Reads on behind ALTER: defaults, and what can be seen.
    mutating func takeAlteration(_ clause: inout StatementReader) throws(SchemaFault) {
        defer { clause = clause.end }
        if clause.take(anyOf: ["INDEX", "KEY", "CHECK", "CONSTRAINT"]) != nil { return }
        _ = clause.take("COLUMN")
        _ = clause.take("IF", "EXISTS")
        guard let name = clause.takeName() else {
            throw SchemaFault(.cannotFollow, "\(clause.shown) stands where a column's name should")
        }
        if clause.take("SET", "INVISIBLE") { visibility.append((name, true)) }
        if clause.take("SET", "VISIBLE") { visibility.append((name, false)) }
    }

    /// Reads on behind CONVERT.
    mutating func takeConversion(_ clause: inout StatementReader, _ database: String) throws(SchemaFault) {
        if clause.take("PARTITION") {
            clause.skip()
            guard clause.take("TO", "TABLE"), let name = clause.takeTable(default: database) else {
                throw SchemaFault(.cannotFollow, "the table of a CONVERT PARTITION is missing")
            }
            madeTable = name
            finish()
        } else if clause.take("TABLE") {
            takenTable = clause.takeTable(default: database)
            finish()
        } else {
            guard clause.take("TO") else {
                throw SchemaFault(.cannotFollow, "\(clause.shown) behind CONVERT is not known")
            }
            var charset = CharsetClause()
            while try charset.take(&clause, hasEquals: true) {}
            conversion = charset
        }
    }
}
