/// What the first rows of a target table show, as it has them at hand: a table or a column that was made anew holds nothing.
public struct TargetGlance: Equatable, Sendable {
    /// So many rows are looked at.
    public static let rowCount = 20

    /// There is no row.
    public var isEmpty: Bool
    /// Columns, by number, that are NULL in every row that was looked at.
    public var emptyColumns: [Int]

    public init(isEmpty: Bool, emptyColumns: [Int]) {
        self.isEmpty = isEmpty
        self.emptyColumns = emptyColumns
    }
}
