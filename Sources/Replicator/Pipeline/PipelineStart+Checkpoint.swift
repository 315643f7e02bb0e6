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
    }
}
