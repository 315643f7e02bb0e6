import CMySQL

/// The rows of a query, read from the server one by one. Confined to its connection's thread.
public struct RowStream: ~Copyable {
    public let columns: [String]
    private let connection: Connection
    private let result: UnsafeMutablePointer<MYSQL_RES>
    private var row: MYSQL_ROW?
    private var lengths: UnsafeMutablePointer<UInt>?
    private var isAtEnd = false

    init(_ connection: Connection, _ result: UnsafeMutablePointer<MYSQL_RES>, columns: [String]) {
        self.connection = connection
        self.result = result
        self.columns = columns
    }

    deinit {
        // To free a result reads its rows to their end.
        if !isAtEnd { connection.interrupter.interrupt() }
        mysql_free_result(result)
    }

    /// Reads on to the next row; false: there is none.
    public mutating func next() throws(MySQLError) -> Bool {
        guard !isAtEnd else { return false }
        row = mysql_fetch_row(result)
        lengths = mysql_fetch_lengths(result)
        if row == nil {
            isAtEnd = true
            let error = connection.lastError
            if error.code != 0 { throw error }
        }
        return row != nil
    }

    /// A value of the current row, as the text protocol sent it; nil is NULL, or a column that the answer does not have.
    @_lifetime(borrow self)
    public func value(_ column: Int) -> Span<UInt8>? {
        guard columns.indices.contains(column), let row, let lengths, let start = row[column] else { return nil }
        let bytes = UnsafeRawBufferPointer(start: start, count: Int(lengths[column])).assumingMemoryBound(
            to: UInt8.self)
        // SAFETY: the library keeps the row until the next `mysql_fetch_row`, which is `mutating`, so not while the span lives.
        return _overrideLifetime(bytes.span, borrowing: self)
    }
}
