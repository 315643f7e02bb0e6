import BinlogReader
import Rows

/// Source events as lines, to compare whole logs with.
enum EventLog {
    static func line(_ event: SourceEvent) -> String {
        switch event {
        case .begin(let start): "begin\(start.gtid.map { " \($0)" } ?? "")"
        case .rows(let batch): "rows \(batch.table.database).\(batch.table.name): \(rows(batch))"
        case .commit: "commit"
        case .rollback(let kept): "rollback keeping \(kept)"
        case .statement(let statement): "statement\(statement.gtid.map { " \($0)" } ?? ""): \(statement.text)"
        case .idle: "idle"
        }
    }

    private static func rows(_ batch: RowBatch) -> String {
        batch.rows.map { row in
            let images = [row.before, row.after].filter { $0 >= 0 }.map { image(batch, $0) }
            return "\(row.operation) " + images.joined(separator: " -> ")
        }.joined(separator: " | ")
    }

    static func image(_ batch: RowBatch, _ image: Int32) -> String {
        batch.table.columns.indices.map { index in
            let column = batch.table.columns[index]
            return "\(column.name)=\(text(batch.cell(index, at: image), column.type, batch))"
        }.joined(separator: " ")
    }

    static func text(_ cell: Cell, _ type: ColumnType, _ batch: RowBatch) -> String {
        switch cell {
        case .null: return "NULL"
        case .absent: return "ABSENT"
        default:
            var output: [UInt8] = []
            do {
                try ValueText.append(cell, of: type, in: batch, to: &output)
            } catch {
                return "<\(error)>"
            }
            return String(validating: output, as: UTF8.self)
                ?? "0x" + output.map { byte in (byte < 16 ? "0" : "") + String(byte, radix: 16) }.joined()
        }
    }
}
