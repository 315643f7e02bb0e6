/// The rows of a query, in memory, as the text protocol sent them.
public struct ResultSet: Sendable {
    public var columns: [String] = []
    /// One array a row, one element a column; nil is NULL.
    public var rows: [[[UInt8]?]] = []

    public init() {}

    /// The value as text, for columns that are known to hold UTF-8; nil for NULL and for what is no UTF-8.
    public func text(_ row: Int, _ column: Int) -> String? {
        rows[row][column].flatMap { String(validating: $0, as: UTF8.self) }
    }
}
