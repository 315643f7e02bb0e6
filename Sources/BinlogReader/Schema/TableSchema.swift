package import Rows

/// What a table's columns are, as a CREATE TABLE says it and the statements after it change it.
package struct TableSchema: Equatable, Sendable {
    /// A key, as far as it makes a column NOT NULL, or a table's rows told apart.
    package struct Key: Equatable, Sendable {
        package enum Kind: Sendable { case primary, unique, plain }

        package struct Part: Equatable, Sendable {
            /// Nil: an expression.
            package var column: String?
            /// So many characters or bytes count; nil: all.
            package var prefix: Int?
            package var hasPrefix: Bool { prefix != nil }
        }

        package var kind: Kind
        /// As it was given, or as the server made it; nil for the primary key.
        package var name: String?
        package var parts: [Part]
        /// The server made it for a foreign key, and drops it where another one serves.
        var isImplied = false
        /// `USING HASH`, where that is no engine's own kind of key: MariaDB keeps its uniqueness by a column of hashes.
        var usesHash = false
        /// Which tells ``isImplied`` in the text form.
        static let impliedComment = "made for a foreign key"
    }

    /// A CHECK of the table's own (not of a column) that keeps columns to JSON.
    package struct JSONCheck: Equatable, Sendable {
        package var name: String?
        package var columns: Set<String>
    }

    /// All but those that the server keeps to itself; see ``hiddenColumns``.
    package internal(set) var columns: [SchemaColumn]
    /// In the server's own order (`sort_keys`, sql/sql_table.cc).
    package internal(set) var keys: [Key] = []
    package internal(set) var jsonChecks: [JSONCheck] = []
    /// What a new column with text has if nothing else is said; nil: nobody told.
    package internal(set) var collation: Collation?
    /// `WITH SYSTEM VERSIONING`
    package internal(set) var period: SystemPeriod?

    package init(columns: [SchemaColumn], collation: Collation? = nil) {
        self.columns = columns
        self.collation = collation
    }

    /// The index of the column of this name, whose case does not count (`Field::cmp_str`).
    package func index(of name: String) -> Int? {
        columns.firstIndex { $0.name == name } ?? columns.firstIndex { $0.name.lowercased() == name.lowercased() }
    }

    /// Indices into ``columns`` of the primary key, or of the unique key that the server takes for one, in key order.
    package var primaryKey: [Int] {
        guard let key = keys.first(where: { $0.kind == .primary || canBePrimary($0) }) else { return [] }
        return key.parts.compactMap { part in part.column.flatMap { index(of: $0) } }
    }

    /// Columns that the server logs behind ``columns``: the two of a period that the statement did not name.
    package var hiddenColumns: [SchemaColumn] {
        guard let period, period.isHidden else { return [] }
        return [period.start, period.end].map {
            SchemaColumn($0, DeclaredType(.timestamp, length: 6), isNullable: false)
        }
    }

    /// How many columns more MariaDB may log behind all these: one (`DB_ROW_HASH_1`: BIGINT UNSIGNED, nullable) for each
    /// unique key over what is too long for its engine's keys, which for some only the engine could tell.
    package var rowHashCount: ClosedRange<Int> {
        let unique = keys.filter { $0.kind == .unique }
        return unique.count(where: isSurelyHashed)...unique.count
    }

    /// Too long for all engines (InnoDB takes 3072 bytes, as the most), or told to be.
    private func isSurelyHashed(_ key: Key) -> Bool {
        if key.usesHash { return true }
        var byteCount = 0
        for part in key.parts {
            guard let column = part.column.flatMap({ index(of: $0) }).map({ columns[$0] }) else { continue }
            if part.prefix == nil, column.declared.isLarge { return true }
            byteCount +=
                (part.prefix ?? column.declared.length ?? 0) * (column.collation?.charset?.bytesPerCharacter ?? 1)
        }
        return byteCount > 3072
    }

    /// Whether the server takes a unique key for the primary one where there is none: all of its columns count whole and
    /// are stored, and none takes NULL.
    private func canBePrimary(_ key: Key) -> Bool {
        let isVirtual = key.parts.contains { part in
            part.column.flatMap { index(of: $0) }.map { columns[$0].generation == .virtual } ?? false
        }
        return key.kind == .unique && !isVirtual && !takesNull(key) && !key.parts.contains(where: isPartial)
            && !isSurelyHashed(key)
    }

    private func takesNull(_ key: Key) -> Bool {
        key.parts.contains { part in part.column.flatMap { index(of: $0) }.map { columns[$0].isNullable } ?? true }
    }

    private func isPartial(_ part: Key.Part) -> Bool {
        guard let prefix = part.prefix else { return false }
        guard let column = part.column.flatMap({ index(of: $0) }).map({ columns[$0] }) else { return true }
        return column.declared.isLarge || column.declared.length != prefix
    }

    /// Brings what follows from keys and constraints up to date: after each statement.
    mutating func settle(isMariaDB: Bool) {
        for index in keys.indices {
            for part in keys[index].parts.indices {
                guard let name = keys[index].parts[part].column, let column = self.index(of: name) else { continue }
                keys[index].parts[part].column = columns[column].name
                if keys[index].kind == .primary { columns[column].isNullable = false }
            }
        }
        dropImpliedKeys()
        keys = keys.enumerated().sorted { (rank($0.element), $0.offset) < (rank($1.element), $1.offset) }.map(\.element)
        let checked = Set(jsonChecks.flatMap(\.columns).map { $0.lowercased() })
        for index in columns.indices {
            let column = columns[index]
            let isJSON = isMariaDB && (column.isCheckedJSON || checked.contains(column.name.lowercased()))
            columns[index].hint = column.declared.hint(isJSON: isJSON, collation: column.collation)
        }
    }

    private mutating func dropImpliedKeys() {
        var index = 0
        while index < keys.count {
            let parts = keys[index].parts
            let isServed = keys.enumerated().contains { other in
                other.offset != index && other.element.parts.starts(with: parts)
            }
            if keys[index].isImplied, isServed { keys.remove(at: index) } else { index += 1 }
        }
    }

    /// The primary key, unique keys without NULL, others; and those with prefixes behind those without.
    private func rank(_ key: Key) -> Int {
        switch key.kind {
        case .primary: 0
        case .unique: 1 + (takesNull(key) ? 2 : 0) + (key.parts.contains(where: isPartial) ? 1 : 0)
        case .plain: 5
        }
    }
}

extension DeclaredType {
    /// TEXT and BLOB, whose length says nothing about keys.
    fileprivate var isLarge: Bool {
        switch keyword {
        case .tinytext, .text, .mediumtext, .longtext, .tinyblob, .blob, .mediumblob, .longblob: true
        default: false
        }
    }

    fileprivate func hint(isJSON: Bool, collation: Collation?) -> ColumnHint? {
        switch keyword {
        case .uuid: .uuid
        case .inet4: .inet4
        case .inet6: .inet6
        case .longtext where isJSON && collation?.name == "utf8mb4_bin": .json
        default: nil
        }
    }
}
