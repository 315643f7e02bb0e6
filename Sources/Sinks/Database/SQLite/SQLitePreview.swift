import Rows

/// The statements for row changes, their values in place: those that the writer prepares, on a connection that can only
/// read.
final class SQLitePreview: ChangePreview {
    private let connection: SQLiteConnection
    private let settings: SQLiteSettings
    private var writer: SQLiteTableWriter?

    init(path: String, settings: SQLiteSettings) throws(SinkError) {
        self.settings = settings
        connection = try SinkError.wrapping { () throws(SQLiteError) in
            try SQLiteConnection(path: path, access: .write)
        }
    }

    func statements(for batch: RowBatch) throws(SinkError) -> [String] {
        let writer = try writer(for: batch.table)
        var lines: [String] = []
        for row in batch.rows { lines.append(try writer.statement(for: row, of: batch)) }
        return lines
    }

    private func writer(for table: Table) throws(SinkError) -> SQLiteTableWriter {
        if let writer, writer.adopt(table) { return writer }
        let new = try SQLiteTableWriter(table: table, settings: settings, on: connection)
        writer = new
        return new
    }
}
