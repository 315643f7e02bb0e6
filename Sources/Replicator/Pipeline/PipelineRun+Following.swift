import Rows
import Sinks

// One server after the other.
extension PipelineRun {
    /// How the following of a server has ended.
    enum End {
        /// The phase has reached its end: all before it is applied.
        case reached(ResumePosition)
        /// The source has ended, or the pipeline was asked to stop.
        case done
        /// Another server answers. All that was read is applied: of the transaction that was under way, if any, a part.
        case moved(partlyApplied: String?)
    }

    /// Follows one server, from the checkpoint on: what is done for a restart is done for a server that takes another's
    /// place.
    func follow(partlyApplied: String?) throws -> End {
        guard
            var claimed = try untilDone(
                .start, { try PipelineStart(pipeline, partlyApplied: partlyApplied).claim() })
        else { return .done }
        pipeline.markClaimed()
        if let stop = claimed.stop, let first = claimed.phases.first, stop.isReached(by: first.resume) {
            // Another log may only seem to have ended there.
            let server = first.checkpoint.server
            do {
                guard try untilDone(.start, { try pipeline.source.check(first.resume, of: server) }) != nil else {
                    return .done
                }
            } catch  where pipeline.source.isMove(error) {
                return .moved(partlyApplied: nil)
            }
            log.info(
                "nothing to do: the pipeline has reached --until already",
                ["until": stop.text, "position": "\(first.resume.position)"])
            return .done
        }
        for index in claimed.phases.indices {
            let end = try run(claimed.phases[index], of: claimed)
            guard case .reached(let reached) = end, index + 1 < claimed.phases.count else { return end }
            // All lanes stand at the same place now: the next phase starts there, with its own settings.
            let next = claimed.phases[index + 1].checkpoint
            let lane = LaneCheckpoint(resume: reached, applied: nil)
            let checkpoint = PipelineCheckpoint(
                keyBy: next.keyBy, mapping: next.mapping, start: next.start,
                lanes: Array(repeating: lane, count: next.lanes.count))
            guard try asking({ try claimed.store.replace(with: checkpoint, epoch: claimed.epoch) }) != nil else {
                return .done
            }
            claimed.phases[index + 1].checkpoint = checkpoint
        }
        return .done
    }
}
