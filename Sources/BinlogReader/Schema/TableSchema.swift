package import Rows

/// What a table's columns are, as a CREATE TABLE says it and the statements after it change it.
package struct TableSchema: Equatable, Sendable {
    /// A key, as far as it makes a column NOT NULL, or a table's rows told apart.
    package struct Key: Equatable, Sendable {
        package enum Kind: Sendable { case primary, unique, plain }

        package struct Part: Equatable, Sendable {
            /// Nil: an expression.
            package var column: String?
            /// Only the first characters or bytes count.
            package var hasPrefix = false
        }

        package var kind: Kind
        /// As it was given, or as the server made it; nil for the primary key.
        package var name: String?
        package var parts: [Part]
    }

    /// A CHECK of the table's own (not of a column), if it keeps columns to JSON.
    package struct JSONCheck: Equatable, Sendable {
        package var name: String?
        package var columns: Set<String>
    }

    /// All but those that the server keeps to itself; see ``hiddenColumns``.
    package internal(set) var columns: [SchemaColumn]
    /// The primary key and the unique ones, in the server's own order (`sort_keys`, sql/sql_table.cc).
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
        for key in keys where key.kind != .plain {
            let indices = key.parts.compactMap { part in part.column.flatMap { index(of: $0) } }
            guard indices.count == key.parts.count else { continue }
            if key.kind == .primary { return indices }
            let isWhole = !key.parts.contains(where: \.hasPrefix)
            if isWhole, indices.allSatisfy({ !columns[$0].isNullable }) { return indices }
        }
        return []
    }

    /// Columns that the server logs behind ``columns``: the two of a period that the statement did not name.
    package var hiddenColumns: [SchemaColumn] {
        guard let period, period.isHidden else { return [] }
        return [period.start, period.end].map {
            SchemaColumn($0, DeclaredType(.timestamp, length: 6), isNullable: false)
        }
    }
}
