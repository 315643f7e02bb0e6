internal import Rows

/// What even full metadata leave open of a table of MariaDB: columns that may be UUID, INET4, INET6, JSON or VECTOR besides
/// what they look like, and whether its rows are versions.
package struct OpenTable {
    private let event: TableMapEvent
    private let names: [String]
    private let types: [ColumnType]
    /// Names of the columns that may be something else.
    let columns: [String]
    /// Two of its columns may be the period of system versioning.
    let mayHavePeriod: Bool

    /// Nil: nothing is left open, or the event has no names.
    /// - Parameter hasVectors: the server that wrote the log may have columns of VECTOR.
    init?(_ event: TableMapEvent, hasVectors: Bool) {
        guard let names = event.optional.names, names.count == event.columns.count else { return nil }
        mayHavePeriod = event.mayHavePeriod
        guard mayHavePeriod || event.hasCandidates(hasVectors: hasVectors) else { return nil }
        var resolver = ColumnResolver(optional: event.optional, isMariaDB: true)
        var types: [ColumnType] = []
        for column in event.columns {
            // Who reads it says what is wrong with it.
            guard let (type, _) = try? resolver.resolve(column) else { return nil }
            types.append(type)
        }
        self.event = event
        self.names = names
        self.types = types
        columns = names.indices.filter { Self.isOpen(event.columns[$0], types[$0], hasVectors) }.map { names[$0] }
        guard mayHavePeriod || !columns.isEmpty else { return nil }
    }

    private static func isOpen(_ column: TableMapEvent.Column, _ type: ColumnType, _ hasVectors: Bool) -> Bool {
        switch type {
        case .binary(length: 16), .binary(length: 4): true
        case .text(.utf8mb4Binary): column.isLongBlob
        case .blob: hasVectors && column.mayBeVector
        default: false
        }
    }

    /// Whether the event can be of a table as `schema` says: columns of the same names, types and sizes. Character sets are
    /// the event's own.
    func fits(_ schema: TableSchema) -> Bool {
        let all = schema.columns + schema.hiddenColumns
        guard names.count >= all.count, names.dropFirst(all.count).allSatisfy({ $0.hasPrefix("DB_ROW_HASH_") }) else {
            return false
        }
        return all.indices.allSatisfy { index in
            var column = all[index]
            if column.declared.hasCollation, case .text(let collation) = types[index] { column.collation = collation }
            let logged = event.columns[index]
            return column.name.lowercased() == names[index].lowercased() && column.isNullable == logged.isNullable
                && LoggedForm(of: column, isMariaDB: true).fits(logged)
        }
    }

    /// What `schema`, which fits, tells of what is open.
    func hints(of schema: TableSchema) -> TableHints {
        var hints = TableHints()
        for name in columns { hints.columns[name] = schema.index(of: name).flatMap { schema.columns[$0].hint } }
        if mayHavePeriod { hints.period = schema.period }
        return hints
    }
}
