import Rows

/// The statement of each row change. The writer sends many changes of a table in one, with the same values.
final class MySQLPreview: ChangePreview {
    private let session: MySQLSession
    private var writer: MySQLTableWriter?

    /// Connects.
    init(_ settings: MySQLSettings) throws(SinkError) {
        session = try MySQLSession(settings)
    }

    func statements(for batch: RowBatch) throws(SinkError) -> [String] {
        let writer = try writer(for: batch.table)
        var lines: [String] = []
        for row in batch.rows {
            var statement: [UInt8] = []
            switch row.operation {
            case .insert:
                writer.appendInsertHead(to: &statement)
                try writer.appendValues(row, of: batch, to: &statement)
            case .update:
                try writer.appendUpdate(
                    row, of: batch, whereKeyAt: row.before, setsKey: !writer.keepsKey(row, of: batch), to: &statement)
            case .delete:
                try writer.appendDelete(row, of: batch, whereKeyAt: row.before, to: &statement)
            }
            lines.append(PreviewText.line(statement))
        }
        return lines
    }

    private func writer(for table: Table) throws(SinkError) -> MySQLTableWriter {
        if let writer, writer.adopt(table) { return writer }
        let new = try MySQLTableWriter(for: table, definition: [], on: session)
        writer = new
        return new
    }
}
