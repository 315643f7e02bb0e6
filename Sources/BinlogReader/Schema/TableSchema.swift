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
    /// In the server's own order: see ``settle(isMariaDB:sortsKeys:)``.
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

    /// Some text is in a character set that nobody told.
    var leavesTextOpen: Bool { columns.contains { $0.collation == .unknown } }

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

    /// Brings ``SchemaColumn/hint`` up to date.
    mutating func settleHints(isMariaDB: Bool) {
        let checked = Set(jsonChecks.flatMap(\.columns).map { $0.lowercased() })
        for index in columns.indices {
            let column = columns[index]
            let isJSON = isMariaDB && (column.isCheckedJSON || checked.contains(column.name.lowercased()))
            columns[index].hint = column.declared.hint(
                isJSON: isJSON, collation: column.collation, isMariaDB: isMariaDB)
        }
    }
}

extension DeclaredType {
    fileprivate func hint(isJSON: Bool, collation: Collation?, isMariaDB: Bool) -> ColumnHint? {
        switch keyword {
        case .uuid: .uuid
        case .inet4: .inet4
        case .inet6: .inet6
        case .vector: isMariaDB ? .vector : nil
        case .longtext where isJSON && collation?.name == "utf8mb4_bin": .json
        default: nil
        }
    }
}
