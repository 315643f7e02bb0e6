import BinlogReader
import Foundation
import Sinks
import Synchronization

/// A pipeline as an operator knows it: by name, over pauses and changes of its mappings, each of which ends one run of
/// it and begins another from its checkpoint. Commands may come from any thread; one is carried out at a time.
final class ManagedPipeline: Sendable {
    /// What is being done to the run.
    private enum Intent { case run, pausing, paused, swapping, stopping }

    private struct Current {
        var run: Pipeline
        var thread: WorkerThread?
        var intent = Intent.run
        /// Why the last reload changed nothing; nil if it was good, or there was none.
        var mappingError: String?
        /// The state that was logged last, and when it began (since 1970 UTC).
        var logged = PipelineState.starting
        var since = Timestamp.nowMicroseconds
    }

    /// How long what was read may take to reach the target before it is left for the next run.
    private static let drainSeconds = 8.0

    let name: String
    let progress: Progress
    private let log: Log
    private let loadPlan: @Sendable () throws -> TargetPlan
    private let current: Mutex<Current>
    /// Held while a command is carried out.
    private let commands = NSLock()

    /// - Parameter loadPlan: reads the mapping files as they are now.
    init(_ pipeline: Pipeline, loadPlan: @escaping @Sendable () throws -> TargetPlan) {
        name = pipeline.name
        progress = pipeline.progress
        log = pipeline.log
        self.loadPlan = loadPlan
        current = Mutex(Current(run: pipeline))
    }

    // MARK: The process

    func start() {
        current.withLock { if $0.intent == .run { $0.thread = $0.run.start() } }
    }

    /// Asks the pipeline to drain and end; a paused one stays where it is.
    func stop() {
        current.withLock { current in
            current.intent = .stopping
            return current.run
        }.stop()
    }

    /// Ends the pipeline without waiting for its sink.
    func cancel() {
        current.withLock { $0.run }.cancel()
    }

    /// Waits for the run's thread after its end; one that hangs in a client library ends with the process.
    func join(within seconds: Double) {
        _ = current.withLock { $0.thread }?.join(within: seconds)
    }

    /// Nothing will come of it any more.
    var hasEnded: Bool {
        current.withLock { current in
            switch current.intent {
            case .run: current.run.currentState.isEnd
            case .stopping: current.thread == nil || current.run.currentState.isEnd
            case .pausing, .paused, .swapping: false
            }
        }
    }

    var hasFailed: Bool { state == .failed }

    private let logEnd = Mutex(LogEndCheck())

    var run: Pipeline { current.withLock { $0.run } }

    var mappingError: String? { current.withLock { $0.mappingError } }

    // MARK: State

    var state: PipelineState {
        let (intent, run, isStarted) = current.withLock { ($0.intent, $0.run.currentState, $0.thread != nil) }
        switch run {
        case .failed: return .failed
        case .done: return .done
        case .stopped:
            switch intent {
            case .pausing, .paused: return .paused
            case .swapping: return .starting
            case .run, .stopping: return .stopped
            }
        case .starting, .running:
            if intent == .paused { return .paused }
            if intent == .stopping, !isStarted { return .stopped }
            let failing = progress.snapshot.failingSeconds(now: Timestamp.monotonicSeconds)
            if failing > PipelineState.patienceSeconds { return .unhealthy }
            return run == .starting ? .starting : .running
        }
    }

    /// When the state began, microseconds since 1970 UTC, as far as `observe` has seen it.
    var stateSince: Int64 { current.withLock { $0.since } }

    /// Called a few times a second: tells the log of a new state, and ends the pipeline where the source's log is not the
    /// one that it reads any more.
    func observe(_ source: SourceKnowledge) {
        progress.sample()
        let state = state
        let isReading = state == .running || state == .unhealthy
        let place = isReading ? progress.snapshot.resume?.position : nil
        if let end = logEnd.withLock({ $0.shrunkEnd(place, source, now: Timestamp.nowMicroseconds) }), let place {
            run.loseLog(StreamError.anotherLog("it ends at \(end)", "\(place)"))
        }
        let before = current.withLock { current in
            let before = current.logged
            if before != state {
                current.logged = state
                current.since = Timestamp.nowMicroseconds
            }
            return before
        }
        guard before != state else { return }
        let failure = progress.snapshot.lastFailure?.message ?? ""
        switch state {
        case .unhealthy: log.warn("the pipeline is unhealthy: trying again until it succeeds", ["error": failure])
        case .running where before == .unhealthy: log.info("the pipeline is healthy again")
        default: break  // Told where it was decided.
        }
    }

    // MARK: Commands

    /// Lets what was read reach the target, and reads no more. Answers with what it did.
    func pause() throws(ControlError) -> String {
        commands.lock()
        defer { commands.unlock() }
        switch state {
        case .paused: return "is paused already"
        case .failed, .done, .stopped: throw ControlError("has ended: there is nothing to pause")
        case .starting, .running, .unhealthy: break
        }
        let end = try endRun(.pausing)
        guard end == .stopped else { throw ControlError(afterEnd: end) }
        let changed = move(from: .pausing, to: .paused)
        guard changed else { throw ControlError("the replicator is stopping") }
        log.info("paused", ["position": position ?? "none yet"])
        return "paused \(place)"
    }

    /// Goes on after a pause, or tries again after a failure.
    func resume() throws(ControlError) -> String {
        commands.lock()
        defer { commands.unlock() }
        switch state {
        case .paused, .failed: break
        case .starting, .running, .unhealthy: return "is not paused"
        case .done: throw ControlError("has come to the end of its source")
        case .stopped: throw ControlError("the replicator is stopping")
        }
        try begin(run.successor(plan: run.plan))
        log.info("resumed", ["position": position ?? "none yet"])
        return "resumed \(place)"
    }

    /// Reads the mapping files again and, if source and target agree with them, goes on with them from the next barrier.
    /// Otherwise nothing changes. A paused pipeline stays paused.
    func reload() throws(ControlError) -> String {
        commands.lock()
        defer { commands.unlock() }
        let state = state
        switch state {
        case .done: throw ControlError("has come to the end of its source")
        case .stopped: throw ControlError("the replicator is stopping")
        case .starting, .running, .unhealthy, .paused, .failed: break
        }
        let candidate: Pipeline
        do {
            let plan = try loadPlan()
            if plan.text == run.plan.text, state != .failed {
                current.withLock { $0.mappingError = nil }
                return "the mappings are unchanged (\(plan.mappingVersion))"
            }
            candidate = run.successor(plan: plan)
            try PipelineStart(candidate).checkEdit()
        } catch {
            let message = String(describing: error)
            current.withLock { $0.mappingError = message }
            progress.failed(message)
            log.error("the mappings were not taken over; those from before stay", ["error": message])
            throw ControlError("keeps its mappings (\(run.plan.mappingVersion)): \(message)")
        }
        if state == .paused {
            current.withLock { current in
                current.run = candidate
                current.thread = nil
            }
        } else {
            if state != .failed {
                let end = try endRun(.swapping)
                guard end == .stopped else { throw ControlError(afterEnd: end) }
            }
            try begin(candidate)
        }
        current.withLock { $0.mappingError = nil }
        let version = candidate.plan.mappingVersion
        log.info("reloaded", ["mapping": version, "position": position ?? "none yet"])
        return "mapping \(version) holds from \(position ?? "its first row") on"
    }

    /// Where reading would begin; nil: nothing was settled yet, as where source or target could not be asked.
    private var position: String? { progress.snapshot.resume.map { "\($0.position)" } }

    private var place: String { position.map { "at \($0)" } ?? "and has no position yet" }

    /// Ends the run and waits for that.
    private func endRun(_ intent: Intent) throws(ControlError) -> Pipeline.State {
        guard move(from: .run, to: intent) || move(from: .pausing, to: intent) else {
            throw ControlError("the replicator is stopping")
        }
        let (run, thread) = current.withLock { ($0.run, $0.thread) }
        run.stop()
        guard let thread else { return run.currentState }
        if !thread.join(within: Self.drainSeconds) { run.cancel() }
        // The clients' own timeouts end what hangs; whoever asked need not wait for it.
        _ = thread.join()
        let end = run.currentState
        if end != .stopped { _ = move(from: intent, to: .run) }
        return end
    }

    /// Starts `next` as the current run, unless the process is stopping.
    private func begin(_ next: Pipeline) throws(ControlError) {
        let isStopping = current.withLock { current in
            guard current.intent != .stopping else { return true }
            current.run = next
            current.intent = .run
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

/// Why a command did nothing: what follows the pipeline's name in a line for an operator.
struct ControlError: Error, CustomStringConvertible {
    let description: String

    init(_ description: String) {
        self.description = description
    }

    init(afterEnd end: Pipeline.State) {
        if case .failed(let message) = end {
            self.init("stopped by an error before it could: \(message)")
        } else {
            self.init("has come to the end of its source")
        }
    }
}
