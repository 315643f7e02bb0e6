import Rows
import Sinks

/// What was handed on of a transaction that comes in parts. After a reconnect it is read from its start again, and then
/// tells which of its rows are new.
struct PartsSeen {
    private var last: ChangeVersion?

    /// Leaves in a part the rows that were not handed on before; `isLast`: nothing of the transaction follows.
    mutating func keepFresh(_ batches: inout [RowBatch], isLast: Bool) {
        if last != nil { batches = batches.compactMap { $0.after(last, from: nil) } }
        if isLast {
            last = nil
        } else if let batch = batches.last, !batch.rows.isEmpty {
            last = batch.version(ofRowAt: batch.rows.count - 1)
        }
    }
}
