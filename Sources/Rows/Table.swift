/// A column of a ``Table``.
public struct Column: Equatable, Sendable {
    public var name: String
    public var type: ColumnType
    public var isNullable: Bool
    /// Of an ENUM or SET column: how its labels compare in expressions. Nil: nobody told. (The other types with text
    /// have it in `type`.)
    public var labelCollation: Collation?

    public init(name: String, type: ColumnType, isNullable: Bool, labelCollation: Collation? = nil) {
        self.name = name
        self.type = type
        self.isNullable = isNullable
        self.labelCollation = labelCollation
    }
}

/// A table as one TABLE_MAP event describes it, or as a mapping's view projects it. Immutable, so batches of the
/// same table share one object and may be told apart by identity (`===`).
public final class Table: Sendable {
    public let database: String
    public let name: String
    public let columns: [Column]
    /// Indices into `columns` of the primary key, in key order. Empty: the table has none, or metadata did not tell.
    public let primaryKey: [Int]
    /// What the TABLE_MAP told about the columns: decides whether a sink may take the rows.
    public let metadata: TableMetadata

    public init(
        database: String, name: String, columns: [Column], primaryKey: [Int], metadata: TableMetadata = .full
    ) {
        self.database = database
        self.name = name
        self.columns = columns
        self.primaryKey = primaryKey
        self.metadata = metadata
    }

    public func index(of column: String) -> Int? {
        columns.firstIndex { $0.name == column }
    }
}

/// How much of a table's schema its TABLE_MAP event carried (`binlog_row_metadata`).
public enum TableMetadata: Sendable {
    /// Names, signedness, charsets, labels and the primary key are known.
    case full
    /// Signedness and charsets are known; columns are named `@1`, `@2`, ….
    case minimal
    /// Neither: integers are read as signed, and text carries ``Collation/unknown``.
    case none
}
