extension SchemaStatement {
    /// Reads on behind ALTER.
    mutating func alter(_ reader: inout StatementReader) throws(SchemaFault) {
        _ = reader.take("ONLINE")
        _ = reader.take("IGNORE")
        if reader.take(anyOf: ["DATABASE", "SCHEMA"]) != nil {
            try alterDatabase(&reader)
        } else if reader.take("SEQUENCE") {
            _ = reader.take("IF", "EXISTS")
            guard let name = table(&reader), catalogue.tables[name] != nil else { return }
            touch(name)
            guard !reader.contains("AS") else { throw fault("a SEQUENCE of a type of its own") }
        } else if reader.take("TABLE") {
            try alterTable(&reader)
        }
    }

    private mutating func alterDatabase(_ reader: inout StatementReader) throws(SchemaFault) {
        // Without a name: the session's.
        let options: Set<String> = [
            "DEFAULT", "CHARACTER", "CHARSET", "CHAR", "COLLATE", "COMMENT", "ENCRYPTION", "READ",
        ]
        let isNamed = reader.keyword.map { !options.contains($0) } ?? true
        let given = isNamed ? reader.takeName() : context.database
        guard let name = given.map({ catalogue.folded($0) }) else { return }
        try setDefaults(of: name, &reader, inherited: catalogue.databases[name])
    }

    private mutating func alterTable(_ reader: inout StatementReader) throws(SchemaFault) {
        let isConditional = reader.take("IF", "EXISTS")
        guard let name = table(&reader) else { return }
        guard var schema = catalogue.tables[name] else {
            try alterUnknown(name, &reader, isConditional: isConditional)
            return
        }
        touch(name)
        if reader.take("WAIT") { reader.skip() } else { _ = reader.take("NOWAIT") }
        let syntax = try AlterSyntax(&reader, database: context.database, settings: settings)
        if !syntax.definitions.isEmpty { try checkTypes() }
        try schema.alter(syntax, database: catalogue[collationOf: name.database], settings: settings)
        catalogue.tables[name] = schema
        if let made = syntax.madeTable.map({ catalogue.folded($0) }), catalogue.isFollowed(made) {
            touch(made)
            catalogue.tables[made] = schema
        }
        if let taken = syntax.takenTable.map({ catalogue.folded($0) }) {
            touch(taken)
            catalogue.tables[taken] = nil
        }
        if let new = syntax.newName { move(name, to: catalogue.folded(new)) }
    }

    /// A table that is not known may get the name of one that is followed.
    private mutating func alterUnknown(
        _ name: Name, _ reader: inout StatementReader, isConditional: Bool
    ) throws(SchemaFault) {
        if catalogue.isFollowed(name) {
            touch(name)
            if isConditional { return }
            throw SchemaFault(.doesNotFit, "the statement changes a table that is not known")
        }
        while !reader.isAtEnd {
            var clause = reader.takeElement()
            if clause.take("CONVERT", "TABLE"), let taken = table(&clause) {
                touch(taken)
                catalogue.tables[taken] = nil
            }
            guard clause.take("RENAME"), !["COLUMN", "KEY", "INDEX"].contains(clause.keyword) else { continue }
            _ = clause.take(anyOf: ["TO", "AS"])
            _ = clause.takeSymbol("=")
            guard let new = table(&clause), catalogue.isFollowed(new) else { continue }
            touch(new)
            throw fault("what \(name.database).\(name.name) was, whose name changes to this, is not known")
        }
    }

    /// `RENAME TABLE [IF EXISTS] a [WAIT n] TO b, …`: one after the other.
    mutating func rename(_ reader: inout StatementReader) throws(SchemaFault) {
        guard reader.take(anyOf: ["TABLE", "TABLES"]) != nil else { return }
        let isConditional = reader.take("IF", "EXISTS")
        repeat {
            guard let old = table(&reader) else { throw fault("a RENAME TABLE without names") }
            if reader.take("WAIT") { reader.skip() } else { _ = reader.take("NOWAIT") }
            guard reader.take("TO"), let new = table(&reader) else { throw fault("a RENAME TABLE without names") }
            if catalogue.tables[old] != nil {
                move(old, to: new)
            } else if catalogue.isFollowed(new) || catalogue.isFollowed(old) {
                touch(old)
                touch(new)
                if isConditional, catalogue.isFollowed(old) { continue }
                throw fault("what \(old.database).\(old.name) was, whose name changes to this, is not known")
            }
        } while reader.takeSymbol(",")
    }

    /// A name that is not followed is kept nevertheless: the table may come back.
    private mutating func move(_ old: Name, to new: Name) {
        let schema = catalogue.tables[old]
        touch(old)
        catalogue.tables[old] = nil
        catalogue.tables[new] = schema
        touch(new)
    }

    /// Reads on behind DROP.
    mutating func drop(_ reader: inout StatementReader) throws(SchemaFault) {
        if reader.take(anyOf: ["DATABASE", "SCHEMA"]) != nil {
            _ = reader.take("IF", "EXISTS")
            guard let name = reader.takeName().map({ catalogue.folded($0) }) else { return }
            dropTables(of: name)
            catalogue.databases[name] = nil
        } else if reader.take(anyOf: ["TABLE", "TABLES", "SEQUENCE"]) != nil {
            _ = reader.take("IF", "EXISTS")
            repeat {
                guard let name = table(&reader) else { return }
                touch(name)
                catalogue.tables[name] = nil
            } while reader.takeSymbol(",")
        } else {
            _ = reader.take(anyOf: ["ONLINE", "OFFLINE"])
            guard reader.take("INDEX") else { return }
            let isConditional = reader.take("IF", "EXISTS")
            guard let key = reader.takeName(), reader.take("ON"), let name = table(&reader),
                var schema = catalogue.tables[name]
            else { return }
            touch(name)
            guard let index = schema.key(named: key) else {
                if isConditional { return }
                throw TableSchema.missing("a key that is dropped")
            }
            schema.keys.remove(at: index)
            schema.settle(isMariaDB: settings.isMariaDB, sortsKeys: !settings.isMariaDB)
            catalogue.tables[name] = schema
        }
    }
}
