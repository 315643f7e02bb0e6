import Sinks
import Synchronization

/// What an operator has a pipeline do. Each answers with what it did.
extension ManagedPipeline {
    /// How long `pause` may take for its answer. A second of it is for what ends when it is told to; the rest is for what
    /// was read to reach the target, before it is left for the next run.
    private static let pauseSeconds = 7.5
    /// How long a reload lets what was read take to reach the target.
    private static let drainSeconds = 8.0

    /// Lets what was read reach the target, and reads no more.
    func pause() throws(ControlError) -> String {
        let deadline = Timestamp.monotonicSeconds + Self.pauseSeconds
        return try alone(within: Self.pauseSeconds - 1) { () throws(ControlError) in
            switch state {
            case .paused: return "is paused already"
            case .failed, .done, .stopped: throw ControlError("has ended: there is nothing to pause")
            case .starting, .running, .unhealthy: break
            }
            // Asked again: from here on this command tells how it ends.
            current.withLock { $0.isPauseLate = false }
            let left = deadline - Timestamp.monotonicSeconds
            guard let end = try endRun(.pausing, draining: max(0.5, left - 1), cancelling: 1) else {
                current.withLock { $0.isPauseLate = true }
                throw ControlError("is pausing: \(whatIsWaitedFor)")
            }
            guard end == .stopped else { throw ControlError(afterEnd: end) }
            guard move(from: .pausing, to: .paused) else { throw ControlError("the replicator is stopping") }
            log.info("paused", ["position": position ?? "none yet"])
            return "paused \(place)"
        }
    }

    /// Goes on after a pause, or tries again after a failure.
    func resume() throws(ControlError) -> String {
        try alone { () throws(ControlError) in
            switch state {
            case .paused, .failed: break
            case .starting, .running, .unhealthy:
                try refuseWhilePausing()
                return "is not paused"
            case .done: throw ControlError("has come to the end of its source")
            case .stopped: throw ControlError("the replicator is stopping")
            }
            try begin(run.successor(plan: run.plan))
            log.info("resumed", ["position": position ?? "none yet"])
            return "resumed \(place)"
        }
    }

    /// Reads the mapping files again and, if source and target agree with them, goes on with them from the next barrier.
    /// Otherwise nothing changes. A paused pipeline stays paused.
    func reload() throws(ControlError) -> String {
        try alone { () throws(ControlError) in
            let state = state
            switch state {
            case .done: throw ControlError("has come to the end of its source")
            case .stopped: throw ControlError("the replicator is stopping")
            case .starting, .running, .unhealthy: try refuseWhilePausing()
            case .paused, .failed: break
            }
            guard let candidate = try loadCandidate(state) else {
                return "the mappings are unchanged (\(run.plan.mappingVersion))"
            }
            if state == .paused {
                current.withLock { current in
                    current.run = candidate
                    current.thread = nil
                }
            } else {
                if state != .failed {
                    let end = try endRun(.swapping, draining: Self.drainSeconds)
                    guard end == .stopped else { throw ControlError(afterEnd: end ?? .stopped) }
                }
                try begin(candidate)
            }
            current.withLock { $0.mappingError = nil }
            let version = candidate.plan.mappingVersion
            log.info("reloaded", ["mapping": version, "position": position ?? "none yet"])
            return "mapping \(version) holds from \(position ?? "its first row") on"
        }
    }

    /// A run under the mappings as they are now, once source and target agree with them; nil if they are the ones that hold.
    private func loadCandidate(_ state: PipelineState) throws(ControlError) -> Pipeline? {
        do {
            let plan = try loadPlan()
            if plan.text == run.plan.text, state != .failed {
                current.withLock { $0.mappingError = nil }
                return nil
            }
            let candidate = run.successor(plan: plan)
            try PipelineStart(candidate).checkEdit()
            return candidate
        } catch {
            let message = String(describing: error)
            current.withLock { $0.mappingError = message }
            progress.failed(message)
            log.error("the mappings were not taken over; those from before stay", ["error": message])
            throw ControlError("keeps its mappings (\(run.plan.mappingVersion)): \(message)")
        }
    }

    // MARK: How

    /// Carries out `command` when no other is being carried out. Throws where that takes longer than `seconds`.
    private func alone(
        within seconds: Double = .infinity, _ command: () throws(ControlError) -> String
    ) throws(ControlError) -> String {
        let isOurs = isBusy.wait(seconds: seconds, until: { !$0 }) { isBusy, isFree in
            isBusy = true
            return isFree
        }
        guard isOurs else { throw ControlError("is still at another command: ask again") }
        defer { isBusy.update { $0 = false } }
        return try command()
    }

    /// Ends the run, and waits for that: `drainSeconds` for what was read to reach the target, then `cancelSeconds` for
    /// threads that are told to leave it. Nil: they still wait for an answer, and end with it, or with their client's timeout.
    private func endRun(
        _ intent: Intent, draining drainSeconds: Double, cancelling cancelSeconds: Double = .infinity
    ) throws(ControlError) -> Pipeline.State? {
        guard move(from: .run, to: intent) || move(from: .pausing, to: intent) else {
            throw ControlError("the replicator is stopping")
        }
        let (run, thread) = current.withLock { ($0.run, $0.thread) }
        run.stop()
        guard let thread else { return run.currentState }
        if !thread.join(within: drainSeconds) {
            run.cancel()
            guard thread.join(within: cancelSeconds) else { return nil }
        }
        let end = run.currentState
        if end != .stopped { _ = move(from: intent, to: .run) }
        return end
    }

    private var place: String { position.map { "at \($0)" } ?? "and has no position yet" }

    /// Why a pause is not there yet.
    private var whatIsWaitedFor: String {
        let silence = progress.snapshot.silence(now: Timestamp.monotonicSeconds)?.message
        return (silence ?? "\(run.sink.label) is still at work")
            + ". It pauses as soon as that ends; what the sink has not taken by then is read again later"
    }

    /// Throws where a pause is asked for and not there yet.
    private func refuseWhilePausing() throws(ControlError) {
        guard current.withLock({ $0.intent }) == .pausing else { return }
        throw ControlError("is still pausing, ask again when it has: \(whatIsWaitedFor)")
    }

    /// Starts `next` as the current run, unless the process is stopping.
    private func begin(_ next: Pipeline) throws(ControlError) {
        let isStopping = current.withLock { current in
            guard current.intent != .stopping else { return true }
            current.run = next
            current.intent = .run
            current.isPauseLate = false
            current.thread = next.start()
            return false
        }
        if isStopping { throw ControlError("the replicator is stopping") }
    }

    private func move(from: Intent, to intent: Intent) -> Bool {
        current.withLock { current in
            guard current.intent == from else { return false }
            current.intent = intent
            return true
        }
    }
}
