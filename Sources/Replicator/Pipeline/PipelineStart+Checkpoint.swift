import BinlogReader
import Rows
import Sinks

// What a run would find of its checkpoint, for who only asks.
extension PipelineStart {
    /// Throws what would keep a run from going on from `stored`: nothing where there is none and never was. Changes nothing.
    func check(_ stored: PipelineCheckpoint?) throws {
        guard let stored else {
            if try hasLostCheckpoint { throw PlanError(lostCheckpoint) }
            return
        }
        _ = try seekServer(of: stored)
        let server = try pipeline.source.logIdentity()
        let moved = try moved(stored, to: server)
        // Which lane goes on where is no matter here, so neither are the target's foreign keys.
        guard let first = try resume(moved, pipeline.plan, TargetTies()).first else { return }
        try pipeline.source.check(first.resume, of: server)
        try checkApplied(moved, in: server)
    }

    /// Throws where a lane cannot have applied what `checkpoint`, whose places are in the log of `server`, says: whatever comes
    /// up to there would be left out in silence. The store may be anyone's to write.
    func checkApplied(_ checkpoint: PipelineCheckpoint, in server: String?) throws {
        var furthest: BinlogPosition?
        for (index, lane) in checkpoint.lanes.enumerated() {
            guard let applied = lane.applied else { continue }
            // What lies before `resume` is forgotten when that is reached: see `LaneWork.reach`.
            guard applied.generation == 0, !applied.isBefore(lane.resume.position) else {
                throw PlanError(
                    "the checkpoint of pipeline \(pipeline.name) was changed by others: what lane \(index) has applied "
                        + "(\(lane.reached), generation \(applied.generation)) cannot be with its position "
                        + "\(lane.resume.position). Bring the target up to date by other means, or begin anew: run --start "
                        + "earliest --reset-checkpoint")
            }
            if furthest?.isBefore(lane.reached) ?? true { furthest = lane.reached }
        }
        if let furthest { try pipeline.source.requireLogged(furthest, in: server) }
    }
}
