import BinlogReader
import Rows
import Sinks

// Where a pipeline begins that has no checkpoint, or is to begin anew.
extension PipelineStart {
    /// A new checkpoint, where `--start` says.
    func begin(_ plan: TargetPlan, on server: String?) throws -> PipelineCheckpoint {
        let hasLost = try hasLostCheckpoint
        guard let position = start.start else {
            throw PlanError(hasLost ? lostCheckpoint : noCheckpoint)
        }
        if hasLost, !start.resetsCheckpoint {
            // A --start that stays in a service file must not pass over what was lost.
            guard !position.movesWithTime else { throw PlanError(lostCheckpoint) }
            pipeline.log.warn(
                "the target has lost the pipeline's checkpoint; beginning anew", ["sink": pipeline.sink.label])
        }
        if case .time = position {
            pipeline.log.info("looking for the first transaction", ["since": start.text])
        }
        // Before the claim: rows that cannot be read must not fence off a daemon that can, nor leave a checkpoint in front
        // of them.
        let resume = try pipeline.source.begin(at: position, selects: plan.concerns) { pipeline.log.info($0) }
        pipeline.log.info("beginning", ["start": start.text, "position": "\(resume.position)"])
        return checkpoint(
            plan, start: start.text, lane: LaneCheckpoint(resume: resume, applied: nil), server: server)
    }

    /// Says so where a new beginning passes over changes that the target does not have yet.
    func warn(of old: PipelineCheckpoint, before new: PipelineCheckpoint) {
        guard let reached = old.lanes.map(\.resume.position).min(by: { $0.isBefore($1) }), let begin = new.lanes.first,
            old.server != new.server || reached.isBefore(begin.resume.position)
        else { return }
        pipeline.log.warn(
            "what lies between the checkpoint and the new beginning is not replicated",
            ["checkpoint": "\(reached)", "beginning": "\(begin.resume.position)"])
    }

    /// What the tables are where reading goes on, from a checkpoint that was taken over with `epoch` last.
    /// - Parameter former: see ``formerPlace(of:before:)``.
    func prepareSchemas(at resume: ResumePosition, epoch: UInt64?, former: FormerPlace?) throws {
        let notices = try pipeline.source.prepareSchemas(
            at: resume, of: .checkpoint(epoch: epoch, former: former), selects: pipeline.plan.concerns)
        for notice in notices { pipeline.log.warn("the schema history begins anew", ["reason": notice]) }
    }

    func checkpoint(
        _ plan: TargetPlan, start: String, lane: LaneCheckpoint, server: String?
    ) -> PipelineCheckpoint {
        var checkpoint = PipelineCheckpoint(
            keyBy: pipeline.settings.keyBy, mapping: plan.text, start: start,
            lanes: Array(repeating: lane, count: pipeline.settings.lanes))
        checkpoint.server = server
        return checkpoint
    }

    /// The same `--start` again over the checkpoint it began is ignored; another one would be a surprise either way.
    func checkStart(_ stored: PipelineCheckpoint) throws {
        let text = start.text
        guard !text.isEmpty else { return }
        let position = stored.lanes.first.map { "\($0.resume.position)" } ?? "?"
        guard text == stored.start else {
            throw PlanError(
                "pipeline \(pipeline.name) has a checkpoint at \(position), begun with --start \(stored.start): leave "
                    + "--start away to go on from there, or add --reset-checkpoint to begin anew at \(text)")
        }
        pipeline.log.info("--start is satisfied already; going on from the checkpoint", ["position": position])
    }

    private var noCheckpoint: String {
        "pipeline \(pipeline.name) has no checkpoint yet, so say where to begin: run --start earliest (all that the source's "
            + "binary log still has), --start latest (from now on), --start FILE:OFFSET, --start GTID, or --start TIME"
            + (pipeline.settings.neighbours.isEmpty ? "" : "; with --sink \(pipeline.name) that is for this sink only")
    }

    /// Where there is no checkpoint: whether there was one, in this target.
    var hasLostCheckpoint: Bool {
        get throws(SinkError) { try pipeline.settings.begun?.target(of: pipeline.name) == pipeline.sink.label }
    }

    var lostCheckpoint: String {
        "pipeline \(pipeline.name) has run before, and its checkpoint is gone from \(pipeline.sink.label): it has lost its data, "
            + "or someone has deleted the checkpoint. Fill it again: run --start earliest --sink \(pipeline.name) (all that "
            + "the source's binary log still has), or copy the rows by hand and go on behind that, --start FILE:OFFSET, "
            + "GTID or TIME; --start latest would leave the old rows missing, and needs --reset-checkpoint here"
    }
}

extension StartPosition {
    /// It means another place each time: now, or some time ago.
    fileprivate var movesWithTime: Bool {
        switch self {
        case .latest, .time(.ago): true
        case .earliest, .position, .gtids, .time(.at): false
        }
    }
}
