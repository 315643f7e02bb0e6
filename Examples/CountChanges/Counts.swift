import BinlogReader
import Rows

/// What happened to a table.
struct TableCounts {
    var inserts = 0
    var updates = 0
    var deletes = 0
    /// Values of the row images that are text, numbers or times, bytes of those that are text or binary, and NULLs.
    var values = 0
    var bytes = 0
    var nulls = 0
    /// The rows event that came last.
    private var last: RowBatch?

    mutating func add(_ batch: RowBatch) {
        for row in batch.rows {
            switch row.operation {
            case .insert: inserts += 1
            case .update: updates += 1
            case .delete: deletes += 1
            }
            // An insert has no image before it, and a delete none after it.
            for image in [row.before, row.after] where image >= 0 { add(imageAt: image, of: batch) }
        }
        last = batch
    }

    /// The row changed last, as it is now; `null` if it was deleted.
    func lastAsJSON() throws -> String {
        guard let last, let row = last.rows.last else { return "null" }
        var text: [UInt8] = []
        // For many rows of a table: one ImageJSON for all of them, and one buffer.
        try ImageJSON(last.table).append(imageAt: row.after, of: last, to: &text)
        return String(decoding: text, as: UTF8.self)
    }

    private mutating func add(imageAt image: Int32, of batch: RowBatch) {
        for column in batch.table.columns.indices {
            let cell = batch.cell(column, at: image)
            switch cell {
            // Not in the image: the server logs less with binlog_row_image = MINIMAL or NOBLOB.
            case .absent: break
            case .null: nulls += 1
            case .int, .uint, .float, .double: values += 1
            case .bytes, .computed, .binaryJSON, .changedJSON:
                values += 1
                // A borrowed span: nothing is copied.
                bytes += batch.bytes(of: cell)?.count ?? 0
            }
        }
    }
}

/// Reads on to the source's end, and counts the changes of each table. Where a transaction is committed, `isCommitted` is
/// told the place behind it: there reading may start again.
func countChanges(
    _ reader: ChangeReader, isCommitted: (BinlogPosition) -> Void
) throws -> [String: TableCounts] {
    var counts: [String: TableCounts] = [:]
    // What may still be rolled back is not counted.
    var transaction: [RowBatch] = []
    while let event = try reader.next() {
        switch event {
        case .begin: transaction.removeAll()
        case .rows(let batch): transaction.append(batch)
        case .rollback(let keeping): transaction.removeSubrange(keeping...)
        case .commit(let end):
            for batch in transaction {
                counts["\(batch.table.database).\(batch.table.name)", default: TableCounts()].add(batch)
            }
            isCommitted(end.next)
        case .statement(let statement): isCommitted(statement.next)
        case .idle(let position): isCommitted(position)
        }
    }
    return counts
}
