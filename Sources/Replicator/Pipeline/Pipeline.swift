import Foundation
import Rows
import Sinks
import Synchronization

/// One run of a sink and all that feeds it: its own reading of the source, its lanes, its checkpoint. Pipelines of a
/// process share nothing but the state file, so that one which is slow or down never holds back another. A pause, or
/// other mappings, end a run, and a `successor` goes on from its checkpoint (see `ManagedPipeline`).
final class Pipeline: Sendable {
    enum State: Equatable, Sendable {
        case starting, running
        /// The source came to its end (files): all of it is applied.
        case done
        /// Ended because it was asked to.
        case stopped
        /// Stopped for good by an error.
        case failed(String)
    }

    let name: String
    let plan: TargetPlan
    let sink: any Sink
    let source: any PipelineSource
    let settings: Settings
    let log: Log
    let progress: Progress
    /// Set: read no more, apply what was read, write the checkpoint.
    let stopping = StopFlag()
    /// Set: end now. What was read and not applied is read again after a restart.
    let abort = StopFlag()
    private let state = Mutex(State.starting)
    private let isClaimed = Mutex(false)
    private let lanes = Mutex<[Lane]>([])
    private let interrupt = Mutex<(@Sendable () -> Void)?>(nil)

    struct Settings: Sendable {
        var start: StartRequest
        /// `--until`; nil: not given.
        var until: StopRequest?
        var keyBy: String
        var lanes: Int
        var transactionByteCount: Int
        /// `cascades = ignore`
        var ignoresCascades: Bool
        /// Opens the pipeline's checkpoint in the state file, for a sink that keeps none itself.
        var openStateStore: @Sendable (_ pipeline: String) throws(SinkError) -> any CheckpointStore
        /// What the state file remembers of earlier runs; nil: there is none.
        var begun: BegunPipelines?
        /// The other sinks of the configuration.
        var neighbours: [NeighbourSink] = []
        /// Where XA transactions are kept that the source has prepared and not committed; nil: until the run ends.
        var preparedFolder: String?
        /// `statement-changes = skip`
        var skipsStatementChanges = false
    }

    private let lostLog = Mutex<String?>(nil)

    init(
        name: String, plan: TargetPlan, sink: any Sink, source: any PipelineSource, settings: Settings, log: Log,
        progress: Progress = Progress()
    ) {
        self.name = name
        self.plan = plan
        self.sink = sink
        self.source = source
        self.settings = settings
        self.log = log.with("pipeline", name)
        self.progress = progress
    }

    /// The run after this one, which must have ended before it starts.
    func successor(plan: TargetPlan) -> Pipeline {
        var settings = settings
        // What --start asked for is done once a checkpoint is there.
        if isClaimed.withLock({ $0 }) {
            settings.start = StartRequest(start: nil, text: "", resetsCheckpoint: false)
        }
        var log = log
        log.context.removeAll { $0.0 == "pipeline" }
        return Pipeline(
            name: name, plan: plan, sink: sink, source: source.fresh, settings: settings, log: log,
            progress: progress)
    }

    var currentState: State { state.withLock { $0 } }

    /// Starts the pipeline's threads; they end when its state is `done`, `stopped` or `failed`.
    func start() -> WorkerThread {
        WorkerThread(name: "source") { [self] in
            do {
                try PipelineRun(self).run()
                finish(stopping.isSet ? .stopped : .done)
            } catch {
                finish(.failed(String(describing: error)))
            }
        }
    }

    /// The checkpoint is ours.
    func markClaimed() {
        isClaimed.withLock { $0 = true }
    }

    /// This run has had the checkpoint.
    var hasClaimed: Bool { isClaimed.withLock { $0 } }

    func markRunning(_ phase: ClaimedPipeline.Phase, _ lanes: [Lane]) {
        self.lanes.withLock { $0 = lanes }
        progress.began(
            phase.checkpoint.lanes, mapping: phase.plan.mappingVersion, server: phase.checkpoint.server)
        state.withLock { if $0 == .starting { $0 = .running } }
    }

    /// What waits in front of the lanes now.
    var queued: BoundedQueue<LaneItem>.Cost {
        lanes.withLock { $0 }.reduce(into: .init()) { $0 += $1.queue.used }
    }

    private func finish(_ end: State) {
        var end = end
        if case .failed(let message) = end { end = .failed(Self.naming(name, in: message)) }
        progress.ended()
        if case .failed(let message) = end { progress.failed(message) }
        lanes.withLock { $0 = [] }
        state.withLock { $0 = end }
        switch end {
        case .failed(let message):
            log.error("the pipeline has stopped", ["error": message])
        default:
            log.info("the pipeline has ended", summary)
        }
    }

    /// Whoever throws does not know whose checkpoint it is; the others' must stay.
    static func naming(_ sink: String, in message: String) -> String {
        message.replacing("--reset-checkpoint", with: "--reset-checkpoint --sink \(sink)")
    }

    private var summary: KeyValuePairs<String, String> {
        let snapshot = progress.snapshot
        return [
            "rows": "\(snapshot.rows)", "position": snapshot.resume.map { "\($0.position)" } ?? "unchanged",
            "duplicate-inserts": "\(snapshot.counts.duplicateInserts)",
            "missing-updates": "\(snapshot.counts.missingUpdates)",
            "missing-deletes": "\(snapshot.counts.missingDeletes)", "retries": "\(snapshot.retries)",
            "skipped-statements": "\(progress.skippedStatements.count)",
        ]
    }

    /// Asks the pipeline to drain and end.
    func stop() {
        stopping.set()
        source.stop()
        interrupt.withLock { $0 }?()
    }

    /// The source's log is not the one that is read any more, as `message` says: ends the pipeline with it.
    func loseLog(_ message: String) {
        lostLog.withLock { $0 = message }
        interrupt.withLock { $0 }?()
    }

    /// Throws what ``loseLog(_:)`` said.
    func checkLog() throws {
        if let message = lostLog.withLock({ $0 }) { throw PlanError(message) }
    }

    /// Ends the pipeline without waiting for its sink.
    func cancel() {
        stopping.set()
        abort.set()
        source.stop()
        interrupt.withLock { $0 }?()
    }

    /// What `stop` calls to end a blocked read; nil while nothing is read.
    func setInterrupt(_ action: (@Sendable () -> Void)?) {
        interrupt.withLock { $0 = action }
        // A stop that came before the read began must end it too.
        if stopping.isSet { action?() }
    }
}

extension Pipeline.State {
    var isEnd: Bool {
        switch self {
        case .starting, .running: false
        case .done, .stopped, .failed: true
        }
    }
}

/// What `--start` and `--reset-checkpoint` ask for.
struct StartRequest: Sendable {
    var start: StartPosition?
    /// As the user wrote it; empty if not given.
    var text: String
    var resetsCheckpoint: Bool
    /// For whom it is, by the sinks' names; nil: for all.
    var sinks: [String]?

    /// What of it is for the sink `name`.
    func of(_ name: String) -> StartRequest {
        guard let sinks, !sinks.contains(name) else { return self }
        return StartRequest(start: nil, text: "", resetsCheckpoint: false)
    }
}
