internal import Rows

/// A table of the binary log with what its rows' decoding needs.
final class TableLayout {
    let table: Table
    /// One for each column of the event; `table` lacks the last `hiddenCount` of them.
    let formats: ContiguousArray<ColumnFormat>
    let hiddenCount: Int
    /// True if any cell names bytes, so that batches need the event's.
    let needsBytes: Bool
    /// True if the log leaves the width of a column open: MariaDB's own formats of DATETIME, TIME and TIMESTAMP
    /// (`mysql56_temporal_format=OFF`, and tables of MariaDB 5.3 to 10.0) have the type codes of older ones, but are
    /// wider or narrower where there are fraction digits, and the log does not tell how many [seen on 10.11].
    let hasOldTemporal: Bool

    init(table: Table, formats: ContiguousArray<ColumnFormat>, hiddenCount: Int, isMariaDB: Bool) {
        self.table = table
        self.formats = formats
        self.hiddenCount = hiddenCount
        needsBytes = formats.contains { $0.needsBytes }
        hasOldTemporal = isMariaDB && formats.contains { $0.isOldTemporal }
    }
}

/// A decoding error with the table and column that it came up in; the column is nil where none is to blame.
struct TableFault: Error {
    var cause: DecodeError
    var column: String?
}
