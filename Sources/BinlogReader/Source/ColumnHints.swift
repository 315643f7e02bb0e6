/// What TABLE_MAP metadata does not tell about a column: in the binary log MariaDB's UUID and INET6 look like
/// BINARY(16), INET4 like BINARY(4), JSON like LONGTEXT, and VECTOR(n) like VARBINARY(4n).
public enum ColumnHint: Sendable {
    case uuid, inet4, inet6, json, vector
}

/// Answers for a live source what metadata leaves open. Without one (files), such columns are the bytes they look like.
public protocol ColumnHints: AnyObject {
    /// The hints for `columns` of a table, by column name; a column without one is what its metadata says. Only columns
    /// are asked for that may be something else than they look. Called once for each TABLE_MAP that differs from the
    /// table's last one. Throws if the live table cannot be asked, or does not fit what the event describes.
    func hints(database: String, table: String, columns: [String]) throws -> [String: ColumnHint]

    /// The columns that tell current rows from older ones, if the table is `WITH SYSTEM VERSIONING`: then only its current
    /// rows come out. Asked where a table has columns that may be such. Throws as above.
    func period(database: String, table: String) throws -> SystemPeriod?
}
