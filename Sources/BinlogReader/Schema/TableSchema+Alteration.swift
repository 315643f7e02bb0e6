internal import Rows

extension TableSchema {
    /// Does what an ALTER TABLE does to columns and keys, in the order in which the server does it
    /// (`mysql_prepare_alter_table`, sql/sql_table.cc).
    /// - Parameter database: The default of its database, for `CHARACTER SET DEFAULT`; nil: nobody told.
    mutating func alter(
        _ syntax: AlterSyntax, database: Collation?, settings: StatementSettings
    ) throws(SchemaFault) {
        var syntax = syntax
        let skipped = leaveOutConditional(&syntax)
        let converted = try takeOptions(syntax, database, settings)

        try dropKeys(syntax)
        let before = self
        let dropped = try droppedColumns(syntax)
        let renamed = try place(syntax, dropped, skipped, converted, settings)
        let added = syntax.definitions.indices.filter {
            syntax.definitions[$0].replaced == nil && !skipped.contains($0)
        }
        drop(columns: dropped, replacedBy: added.map { syntax.definitions[$0].column.name })
        rename(columns: renamed.names)
        columns = renamed.columns
        for (name, isInvisible) in syntax.visibility {
            guard let index = index(of: name) else { throw Self.missing("a column whose visibility changes") }
            columns[index].isInvisible = isInvisible
        }
        for rename in syntax.renamedKeys {
            guard let index = key(named: rename.old) else {
                if rename.isConditional { continue }
                throw Self.missing("a key that is renamed")
            }
            keys[index].name = rename.new
        }
        if !dropped.isEmpty || !renamed.names.isEmpty || !added.isEmpty { forgetHashes() }
        let sortsKeys = !settings.isMariaDB || hasLostIdentity(of: before)
        let count = keys.count
        for addition in syntax.additions {
            switch addition {
            case .key(let key, let definition): if !skipped.contains(definition) { add(key, hashesKeys: false) }
            case .element(.key(let key)): add(key, hashesKeys: settings.isMariaDB)
            case .element(let element): add(element)
            }
        }
        settle(isMariaDB: settings.isMariaDB, sortsKeys: sortsKeys || keys.count > count)
    }

    static func missing(_ what: String) -> SchemaFault {
        SchemaFault(.doesNotFit, "the statement speaks of \(what), which the table did not have before it")
    }

    /// The definitions that IF EXISTS and IF NOT EXISTS take out of the statement.
    private func leaveOutConditional(_ syntax: inout AlterSyntax) -> Set<Int> {
        var skipped: Set<Int> = []
        var added: Set<String> = []
        for (index, definition) in syntax.definitions.enumerated() {
            if definition.isConditional {
                if let replaced = definition.replaced {
                    if self.index(of: replaced) == nil { skipped.insert(index) }
                } else if let old = self.index(of: definition.column.name) {
                    // One that goes in the same statement makes room.
                    let isDropped = syntax.droppedColumns.contains { self.index(of: $0.name) == old }
                    if !isDropped { skipped.insert(index) }
                } else if added.contains(definition.column.name.lowercased()) {
                    skipped.insert(index)
                }
            }
            if definition.replaced == nil { added.insert(definition.column.name.lowercased()) }
        }
        return skipped
    }

    /// - Returns: The collation that columns of text are converted to.
    private mutating func takeOptions(
        _ syntax: AlterSyntax, _ database: Collation?, _ settings: StatementSettings
    ) throws(SchemaFault) -> Collation? {
        if !syntax.options.charset.isEmpty {
            // COLLATE alone names its character set too.
            collation = try settings.collations.resolve(syntax.options.charset, inherited: collation)
        }
        if syntax.dropsPeriod { period = nil }
        if syntax.options.isVersioned, period == nil { period = .implicit }
        guard let conversion = syntax.conversion else { return nil }
        if !syntax.options.charset.isEmpty {
            throw SchemaFault(.cannotFollow, "what CONVERT TO CHARACTER SET takes beside another default is not known")
        }
        if settings.isMariaDB, conversion.charset == nil, conversion.collation == nil {
            // It asks the session's database, and not the table's, and not for its collation [seen on 10.11].
            throw SchemaFault(.cannotFollow, "what CONVERT TO CHARACTER SET DEFAULT takes is not known")
        }
        guard let converted = try settings.collations.resolve(conversion, inherited: database) else {
            throw SchemaFault(.cannotFollow, SchemaFault.unknownDefault)
        }
        collation = converted
        return converted
    }

    private mutating func dropKeys(_ syntax: AlterSyntax) throws(SchemaFault) {
        for drop in syntax.droppedKeys {
            if let index = key(named: drop.name) {
                keys.remove(at: index)
            } else if !drop.isConditional {
                throw Self.missing("a key that is dropped")
            }
        }
        for name in syntax.droppedConstraints {
            // Checks without a name of their own have one of the server's.
            if jsonChecks.contains(where: { $0.name == nil }) {
                throw SchemaFault(.cannotFollow, "whether the constraint that is dropped keeps a column to JSON")
            }
            jsonChecks.removeAll { $0.name?.lowercased() == name.lowercased() }
            if let index = key(named: name), keys[index].kind != .plain { keys.remove(at: index) }
        }
    }

    private func droppedColumns(_ syntax: AlterSyntax) throws(SchemaFault) -> Set<String> {
        var dropped: Set<String> = []
        for drop in syntax.droppedColumns {
            if let index = index(of: drop.name) {
                dropped.insert(columns[index].name)
            } else if !drop.isConditional {
                throw Self.missing("a column that is dropped")
            }
        }
        return dropped
    }

    /// The columns in their new order, and the new names of old ones. What says no place stays where it was, or comes
    /// last; the others find theirs one after the other, and stay where they were until then.
    /// - Parameter converted: What all columns of text get; those that are not defined anew grow with it.
    private func place(
        _ syntax: AlterSyntax, _ dropped: Set<String>, _ skipped: Set<Int>, _ converted: Collation?,
        _ settings: StatementSettings
    ) throws(SchemaFault) -> (columns: [SchemaColumn], names: [String: String]) {
        var replacements: [Int: Int] = [:]
        for (number, definition) in syntax.definitions.enumerated() where !skipped.contains(number) {
            guard let replaced = definition.replaced else { continue }
            guard let index = index(of: replaced) else { throw Self.missing("a column that is changed") }
            guard !dropped.contains(columns[index].name) else {
                throw SchemaFault(.cannotFollow, "which column is changed, of an old one and a new one of its name")
            }
            replacements[index] = number
        }
        var renames: [Int: String] = [:]
        for rename in syntax.renamedColumns {
            guard let index = index(of: rename.old) else {
                if rename.isConditional { continue }
                throw Self.missing("a column that is renamed")
            }
            renames[index] = rename.new
        }

        // MySQL keeps its own invisible key in front [seen on 9.7]; when it does not is not known.
        let isFirst = syntax.definitions.contains { $0.column.place == .first }
        if !settings.isMariaDB, isFirst, let first = columns.first, first.isInvisible, first.name == "my_row_id" {
            throw SchemaFault(.cannotFollow, "where FIRST is beside an invisible key of the server's own")
        }

        var placed = TableSchema(columns: [])
        var names: [String: String] = [:]
        for (index, column) in columns.enumerated() where !dropped.contains(column.name) {
            if let number = replacements[index] {
                let definition = syntax.definitions[number].column
                names[column.name] = definition.name
                let resolved = try resolve(definition, converted, settings)
                // It becomes a TINYTEXT or TINYBLOB, or not [seen on 9.7].
                if converted != nil, !settings.isMariaDB, resolved.declared.isLarge {
                    throw SchemaFault(.cannotFollow, "what size a TEXT or BLOB gets beside CONVERT TO CHARACTER SET")
                }
                placed.columns.append(resolved)
                continue
            }
            var column = column
            if let name = renames[index] {
                names[column.name] = name
                column.name = name
            }
            if let converted {
                guard column.keepsLabels(in: converted) else {
                    throw SchemaFault(.cannotFollow, "what the server makes of labels in another character set")
                }
                column.convert(to: converted, grows: true)
            }
            placed.columns.append(column)
        }
        for (number, definition) in syntax.definitions.enumerated() where !skipped.contains(number) {
            let isNew = definition.replaced == nil
            guard isNew || definition.column.place != nil else { continue }
            var column = isNew ? try resolve(definition.column, converted, settings) : nil
            if !isNew, let index = placed.index(of: definition.column.name) {
                column = placed.columns.remove(at: index)
            }
            guard let column else { continue }
            switch definition.column.place {
            case nil: placed.columns.append(column)
            case .first: placed.columns.insert(column, at: 0)
            case .after(let name):
                guard let index = placed.index(of: name) else {
                    throw Self.missing("a column behind which another goes")
                }
                placed.columns.insert(column, at: index + 1)
            }
        }
        let lowered = placed.columns.map { $0.name.lowercased() }
        guard Set(lowered).count == lowered.count else {
            throw SchemaFault(.doesNotFit, "the statement adds a column that the table had before it")
        }
        return (placed.columns, names)
    }

    private func resolve(
        _ syntax: ColumnSyntax, _ converted: Collation?, _ settings: StatementSettings
    ) throws(SchemaFault) -> SchemaColumn {
        var column = try syntax.resolved(inherited: collation, settings: settings)
        guard let converted else { return column }
        let binary = syntax.charset.isBinary ? converted.charset.flatMap { Collation(name: "\($0.name)_bin") } : nil
        column.convert(to: binary ?? converted, grows: false)
        if let capacity = syntax.type.capacity, column.collation != nil {
            column.grow(toHold: capacity * (converted.charset?.bytesPerCharacter ?? 1))
        }
        return column
    }
}
