import BinlogReader
import Sinks

// XA transactions that are prepared and not committed, where a pipeline begins anew.
extension PipelineStart {
    /// Forgets what was prepared in another log than the one that is read now, and under its name: names of transactions, and
    /// positions, come again there. `old` is the checkpoint that is given up; nil: there is none that could tell.
    func forget(_ prepared: PreparedTransactions, after old: PipelineCheckpoint?) throws {
        if let old, try isOfThisLog(old) { return }
        let lost = try prepared.forgetAll()
        guard let first = lost.first else { return }
        pipeline.log.warn(
            "XA transactions that were prepared and not committed are forgotten, since nothing tells that the source's log is "
                + "the one they were read from",
            ["transactions": "\(lost.count)", "first": "\(first)"])
    }

    private func isOfThisLog(_ old: PipelineCheckpoint) throws -> Bool {
        // Of files nothing tells.
        guard try pipeline.source.identity() != nil, let lane = old.lanes.first else { return false }
        do {
            try pipeline.source.check(lane.resume, of: old.server)
            return true
        } catch {
            // What may pass is tried again, with all of the start.
            if (error as? StreamError)?.isRetriable == true { throw error }
            return false
        }
    }
}
