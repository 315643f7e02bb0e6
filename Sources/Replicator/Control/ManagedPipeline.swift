import BinlogReader
import Sinks
import Synchronization

/// A pipeline as an operator knows it: by name, over pauses and changes of its mappings, each of which ends one run of
/// it and begins another from its checkpoint. Commands may come from any thread; one is carried out at a time.
final class ManagedPipeline: Sendable {
    /// What is being done to the run.
    enum Intent { case run, pausing, paused, swapping, stopping }

    struct Current {
        var run: Pipeline
        var thread: WorkerThread?
        var intent = Intent.run
        /// Whoever asked for the pause was told that it is still to come: the log says when it has.
        var isPauseLate = false
        /// Why the last reload changed nothing; nil if it was good, or there was none.
        var mappingError: String?
        /// The state that was seen last, and when it was first seen (since 1970 UTC).
        var seen = PipelineState.starting
        var since = Timestamp.nowMicroseconds
        /// The state that `observe` saw last.
        var logged = PipelineState.starting
    }

    let name: String
    let progress: Progress
    let log: Log
    let loadPlan: @Sendable () throws -> TargetPlan
    let current: Mutex<Current>
    /// Whether a command is being carried out.
    let isBusy = Monitor(false)
    private let logEnd = Mutex(LogEndCheck())

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

    var run: Pipeline { current.withLock { $0.run } }

    var mappingError: String? { current.withLock { $0.mappingError } }

    // MARK: State

    var state: PipelineState { stateNow.state }

    /// The state, and when it began (microseconds since 1970 UTC). Whoever asks first after a change sets that time, so that
    /// nobody is told a new state with the time of the one before.
    var stateNow: (state: PipelineState, since: Int64) {
        let stuckSeconds = progress.snapshot.stuckSeconds(now: Timestamp.monotonicSeconds)
        return current.withLock { current in
            current.settlePause()
            let state = current.state(stuckSeconds: stuckSeconds)
            if current.seen != state {
                current.seen = state
                current.since = Timestamp.nowMicroseconds
            }
            return (state, current.since)
        }
    }

    /// Called a few times a second: tells the log of a new state, and ends the pipeline where the source's log is not the
    /// one that it reads any more.
    func observe(_ source: SourceKnowledge) {
        progress.sample()
        let state = state
        let snapshot = progress.snapshot
        let isReading = state == .running || state == .unhealthy
        let place = isReading ? snapshot.resume?.position : nil
        let server = snapshot.server
        let end = logEnd.withLock {
            $0.shrunkEnd(place, of: server, source.of(server), now: Timestamp.nowMicroseconds)
        }
        if let end, let place {
            run.loseLog(StreamError.anotherLog("it ends at \(end)", "\(place)"))
        }
        let (before, isPauseLate) = current.withLock { current in
            defer {
                current.logged = state
                if state == .paused { current.isPauseLate = false }
            }
            return (current.logged, current.isPauseLate)
        }
        guard before != state else { return }
        switch state {
        case .unhealthy:
            let silence = snapshot.silence(now: Timestamp.monotonicSeconds)
            if let silence { progress.failed(silence.message) }
            log.warn(
                "the pipeline is unhealthy: trying again until it succeeds",
                ["error": (silence ?? snapshot.lastFailure)?.message ?? ""])
        case .running where before == .unhealthy: log.info("the pipeline is healthy again")
        case .paused where isPauseLate: log.info("paused", ["position": position ?? "none yet"])
        default: break  // Told where it was decided.
        }
    }

    /// Where reading would begin; nil: nothing was settled yet, as where source or target could not be asked.
    var position: String? { progress.snapshot.resume.map { "\($0.position)" } }
}

extension ManagedPipeline.Current {
    /// A pause whose command did not wait for the run's end comes with it; a run that ended otherwise is not paused.
    mutating func settlePause() {
        guard intent == .pausing, isPauseLate, run.currentState.isEnd else { return }
        intent = run.currentState == .stopped ? .paused : .run
        if intent == .run { isPauseLate = false }
    }

    func state(stuckSeconds: Double) -> PipelineState {
        switch run.currentState {
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
            if intent == .stopping, thread == nil { return .stopped }
            if stuckSeconds > PipelineState.patienceSeconds { return .unhealthy }
            return run.currentState == .starting ? .starting : .running
        }
    }
}
