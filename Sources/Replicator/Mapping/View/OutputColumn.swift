public import Rows

/// A column of the target as a view makes it.
public struct OutputColumn: Sendable {
    public let name: String
    public let type: ColumnType
    public let isNullable: Bool
    /// The source column whose cells it takes over as they are; nil if it is computed.
    public let sourceColumn: Int?
    /// The expression in SQL, for the source server: as it was written, with `_database` and `_table` as literals, and
    /// columns by their bare names.
    public let expression: String
    /// True if the expression has inputs that a SELECT at the source cannot know: `_op`, `_commit_time`, `_gtid`,
    /// `_file`, `_offset`, `_row`.
    public let dependsOnChange: Bool
    /// Where it stands in the view.
    let span: SourceSpan
}
