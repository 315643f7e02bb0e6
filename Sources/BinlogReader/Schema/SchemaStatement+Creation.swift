internal import Rows

extension SchemaStatement {
    /// Reads on behind CREATE.
    mutating func create(_ reader: inout StatementReader) throws(SchemaFault) {
        let replaces = reader.take("OR", "REPLACE")
        if reader.take("TABLE") {
            try createTable(&reader, replaces: replaces)
        } else if reader.take(anyOf: ["DATABASE", "SCHEMA"]) != nil {
            try createDatabase(&reader, replaces: replaces)
        } else if reader.take("SEQUENCE") {
            _ = reader.take("IF", "NOT", "EXISTS")
            guard let name = table(&reader), catalogue.isFollowed(name) else { return }
            touch(name)
            guard !reader.contains("AS") else { throw fault("a SEQUENCE of a type of its own") }
            createSequence(name)
        } else {
            try createIndex(&reader, replaces: replaces)
        }
    }

    private mutating func createTable(_ reader: inout StatementReader, replaces: Bool) throws(SchemaFault) {
        let isConditional = reader.take("IF", "NOT", "EXISTS")
        guard let name = table(&reader), catalogue.isFollowed(name) else { return }
        touch(name)
        if isConditional, !replaces {
            if catalogue.tables[name] != nil { return }
            if catalogue.isPartial { throw fault("whether it has made the table is not known") }
        }
        try checkTypes()
        if let original = try original(&reader) {
            guard var copy = catalogue.tables[original] else {
                throw fault("what \(original.database).\(original.name) is, which it is like, is not known")
            }
            copy.keys = copy.keys.map { key in
                var key = key
                key.isImplied = false
                return key
            }
            copy.settle(isMariaDB: settings.isMariaDB, sortsKeys: true)
            catalogue.tables[name] = copy
            return
        }
        let elements = reader.isSymbol("(") ? reader.takeParenthesised() : nil
        let options = try TableOptions(&reader)
        let isQuery = elements?.keyword.map(StatementWords.queryKeywords.contains) ?? false
        guard let elements, !options.hasQuery, !isQuery else {
            throw fault("the columns that a query makes are not known")
        }
        if options.isSequence {
            createSequence(name)
            return
        }
        catalogue.tables[name] = try TableSchema(
            elements: elements, options: options, inherited: catalogue.inherited(of: name.database), settings: settings)
    }

    private mutating func createSequence(_ name: Name) {
        var sequence = TableSchema.sequence
        sequence.collation = catalogue[collationOf: name.database]
        catalogue.tables[name] = sequence
    }

    /// The table of `LIKE table` or `(LIKE table)`.
    private func original(_ reader: inout StatementReader) throws(SchemaFault) -> Name? {
        if reader.take("LIKE") { return table(&reader) }
        guard reader.isSymbol("("), reader.keyword(1) == "LIKE", var content = reader.takeParenthesised() else {
            return nil
        }
        content.skip()
        return table(&content)
    }

    /// Columns mean something else in sessions that imitate other servers.
    func checkTypes() throws(SchemaFault) {
        guard context.hasForeignTypes else { return }
        throw fault("types of sessions whose sql_mode has ORACLE or MAXDB are not known")
    }

    private mutating func createDatabase(_ reader: inout StatementReader, replaces: Bool) throws(SchemaFault) {
        let isConditional = reader.take("IF", "NOT", "EXISTS")
        guard let name = reader.takeName().map({ catalogue.folded($0) }) else { return }
        if isConditional, catalogue.databases[name] != nil { return }
        if replaces { dropTables(of: name) }
        try setDefaults(of: name, &reader, inherited: context.serverCollation)
    }

    /// The options of a CREATE or ALTER DATABASE. What cannot be told of them matters only to tables that inherit it.
    mutating func setDefaults(
        of database: String, _ reader: inout StatementReader, inherited: Collation?
    ) throws(SchemaFault) {
        var charset = CharsetClause()
        while !reader.isAtEnd {
            if try !charset.take(&reader, hasEquals: true) { reader.skip() }
        }
        catalogue.databases[database] = try? settings.collations.resolve(charset, inherited: inherited)
    }

    mutating func dropTables(of database: String) {
        for name in catalogue.tables.keys where name.database == database {
            touch(name)
            catalogue.tables[name] = nil
        }
    }

    /// `[ONLINE] [UNIQUE|FULLTEXT|…] INDEX [IF NOT EXISTS] name [USING …] ON table (parts)`; other statements, of views and
    /// routines, are passed over.
    private mutating func createIndex(_ reader: inout StatementReader, replaces: Bool) throws(SchemaFault) {
        _ = reader.take(anyOf: ["ONLINE", "OFFLINE"])
        let kind = reader.take(anyOf: ["UNIQUE", "FULLTEXT", "SPATIAL", "VECTOR"])
        guard reader.take("INDEX") else { return }
        let isConditional = reader.take("IF", "NOT", "EXISTS")
        let usesHash = reader.contains("USING", "HASH")
        let indexName = reader.takeName()
        if reader.take(anyOf: ["USING", "TYPE"]) != nil { reader.skip() }
        guard reader.take("ON"), let name = table(&reader), var schema = catalogue.tables[name] else { return }
        touch(name)
        guard let content = reader.takeParenthesised() else { throw fault("an index has no columns") }
        var key = KeySyntax(kind == "UNIQUE" ? .unique : .plain, name: indexName, parts: try KeySyntax.parts(content))
        key.ifNotExists = isConditional
        key.usesHash = usesHash
        if replaces, let name = indexName, let old = schema.key(named: name) { schema.keys.remove(at: old) }
        schema.add(key, hashesKeys: settings.isMariaDB)
        schema.settle(isMariaDB: settings.isMariaDB, sortsKeys: true)
        catalogue.tables[name] = schema
    }
}
