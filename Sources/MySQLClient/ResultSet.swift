/// The rows of a query, in memory, as the text protocol sent them.
public struct ResultSet: Sendable {
    public var columns: [String] = []
    /// One array a row, one element a column; nil is NULL.
    public var rows: [[[UInt8]?]] = []

    public init() {}

    /// The value as text, for columns that are known to hold UTF-8; nil for NULL, for what is no UTF-8, and where the answer
    /// has no such row or column: how many it has is up to the server.
    public func text(_ row: Int, _ column: Int) -> String? {
        guard rows.indices.contains(row), rows[row].indices.contains(column) else { return nil }
        return rows[row][column].flatMap { String(validating: $0, as: UTF8.self) }
    }
}
