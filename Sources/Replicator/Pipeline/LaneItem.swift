import Rows
import Sinks

/// What stands in a lane's queue.
enum LaneItem: Sendable {
    /// The lane's share of one source transaction, or of a part of a large one.
    case changes(LaneChanges)
    case barrier(Barrier)
}

/// Row changes of one transaction on their way to one lane's targets, in source order.
struct LaneChanges: Sendable {
    var batches: [(batch: RowBatch, route: Route)]
    /// Where reading may start again once these are applied; nil where this lane alone cannot tell: other lanes have
    /// changes of the same transaction, or more of it follows.
    var resume: ResumePosition?
    /// The GTIDs up to the end of the transaction, where this is the last that the lane gets of it.
    var gtids: String?

    var cost: BoundedQueue<LaneItem>.Cost {
        var cost = BoundedQueue<LaneItem>.Cost()
        for (batch, _) in batches { cost += .init(rowCount: batch.rows.count, byteCount: batch.byteCount) }
        return cost
    }
}

extension RowBatch {
    /// The version of the row at `index` of `rows`.
    func version(ofRowAt index: Int) -> ChangeVersion {
        ChangeVersion(
            generation: 0, sequence: origin.position.sequence ?? 0, offset: origin.position.offset,
            row: rows[index].index)
    }

    /// Without the rows that came before `start` or that `applied` says are done; nil if none is left.
    func after(_ applied: ChangeVersion?, from start: BinlogPosition?) -> RowBatch? {
        if let start, origin.position.isBefore(start) { return nil }
        guard let applied, let first = rows.indices.first, version(ofRowAt: first) <= applied else { return self }
        var rest = self
        rest.rows.removeAll { row in
            ChangeVersion(
                generation: 0, sequence: origin.position.sequence ?? 0, offset: origin.position.offset, row: row.index)
                <= applied
        }
        return rest.rows.isEmpty ? nil : rest
    }
}
