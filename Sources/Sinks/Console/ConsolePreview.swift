import Rows

/// The lines of row changes.
final class ConsolePreview: ChangePreview {
    private var json = ChangeJSON()

    func statements(for batch: RowBatch) throws(SinkError) -> [String] {
        var lines: [String] = []
        for row in batch.rows {
            var text: [UInt8] = []
            try json.append(row, of: batch, to: &text)
            lines.append(PreviewText.line(text))
        }
        return lines
    }
}
