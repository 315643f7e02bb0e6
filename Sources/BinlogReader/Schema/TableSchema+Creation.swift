internal import Rows

extension TableSchema {
    /// The table that `(elements) options` makes.
    /// - Parameter inherited: The default of its database; nil: nobody told.
    init(
        elements: StatementReader, options: TableOptions, inherited: Collation?, settings: StatementSettings
    ) throws(SchemaFault) {
        self.init(
            columns: [], collation: try settings.collations.resolve(options.charset, inherited: inherited))
        var elements = elements
        var parsed: [TableElement] = []
        while !elements.isAtEnd {
            var element = elements.takeElement()
            parsed.append(try TableElement(&element, settings: settings))
        }
        if options.isVersioned { period = .implicit }
        for element in parsed {
            switch element {
            case .column(let syntax):
                columns.append(try syntax.resolved(inherited: collation, settings: settings))
                for key in syntax.keys { add(key, hashesKeys: false) }
                if syntax.isVersioned, period == nil { period = .implicit }
            case .key(let key): add(key, hashesKeys: settings.isMariaDB && !options.isInMemory)
            case .check, .systemPeriod, .period: add(element)
            }
        }
        settle(isMariaDB: settings.isMariaDB, sortsKeys: !settings.keepsKeyOrder)
    }

    /// Adds a constraint or a period.
    mutating func add(_ element: TableElement) {
        switch element {
        case .check(let name, let jsonColumns):
            if !jsonColumns.isEmpty { jsonChecks.append(JSONCheck(name: name, columns: jsonColumns)) }
        case .systemPeriod(let start, let end):
            period = SystemPeriod(start: start, end: end, isHidden: false)
        case .period(let names):
            for name in names {
                if let index = index(of: name) { columns[index].isNullable = false }
            }
        case .column, .key: break
        }
    }

    /// MariaDB keeps a sequence as a table of one row (`sequence_structure`, sql/sql_sequence.cc).
    static let sequence: TableSchema = {
        let numbers = [
            "next_not_cached_value", "minimum_value", "maximum_value", "start_value", "increment",
        ].map { SchemaColumn($0, DeclaredType(.bigint), isNullable: false) }
        var cacheSize = SchemaColumn("cache_size", DeclaredType(.bigint), isNullable: false)
        cacheSize.declared.isUnsigned = true
        var cycleOption = SchemaColumn("cycle_option", DeclaredType(.tinyint), isNullable: false)
        cycleOption.declared.isUnsigned = true
        let cycleCount = SchemaColumn("cycle_count", DeclaredType(.bigint), isNullable: false)
        return TableSchema(columns: numbers + [cacheSize, cycleOption, cycleCount])
    }()
}

extension ColumnSyntax {
    /// Keys that the definition itself makes, of its one column.
    var keys: [KeySyntax] {
        let parts = [TableSchema.Key.Part(column: name)]
        var keys: [KeySyntax] = []
        if isPrimary { keys.append(KeySyntax(.primary, parts: parts)) }
        if isUnique { keys.append(KeySyntax(.unique, parts: parts)) }
        if hasForeignKey {
            var key = KeySyntax(.plain, parts: parts)
            key.isImplied = true
            keys.append(key)
        }
        return keys
    }
}
