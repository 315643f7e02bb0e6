import Rows
import Sinks

/// The source thread's side of the lanes: where reading has come to, and which barrier stands where.
struct Feeder {
    private var router: Router
    /// Reading may start again here: all before it is queued.
    private(set) var resume: ResumePosition
    private var barrierResume: ResumePosition
    /// By the monotonic clock.
    private var barrierSeconds = Timestamp.monotonicSeconds
    /// The last row behind `resume` that was queued, or applied before this run: what is read again up to there, after a
    /// reconnect inside a large transaction, is not queued again.
    private var queued: ChangeVersion?
    /// Where `--until` ends reading.
    var stop: StopPoint?
    private var isInsideTransaction = false
    var isBetweenTransactions: Bool { !isInsideTransaction }
    var hasReachedStop: Bool { isBetweenTransactions && stop?.isReached(by: resume) == true }
    private let isCatchUp: Bool
    private let isInStep: Bool
    private let abort: StopFlag
    private let store: (TargetPlan, LaneCheckpoint) throws -> Bool

    /// - Parameter store: replaces the checkpoint where routing changes: from now on `plan` holds, and all lanes stand at
    ///   `place`. False: the pipeline is ending.
    init(
        router: Router, from phase: ClaimedPipeline.Phase, abort: StopFlag,
        store: @escaping (_ plan: TargetPlan, _ place: LaneCheckpoint) throws -> Bool
    ) {
        self.router = router
        resume = phase.resume
        barrierResume = resume
        isCatchUp = phase.until != nil
        isInStep = phase.isInStep
        self.abort = abort
        self.store = store
        if !isCatchUp { queued = phase.checkpoint.lanes.first?.applied }
    }

    /// Whether `--until` comes before the transaction that this is a part of.
    func excludes(_ part: [RowBatch]) -> Bool {
        guard let stop, let first = part.first else { return false }
        return stop.excludes(committedAt: first.origin.commitMicroseconds)
    }

    /// Queues rows of a transaction, or a part of it (`resume` nil). False: the pipeline is ending.
    mutating func take(_ batches: [RowBatch], resume: ResumePosition?) throws -> Bool {
        let fresh = queued == nil ? batches : batches.compactMap { $0.after(queued, from: nil) }
        guard try settleRouting(of: fresh) else { return false }
        if let last = fresh.last, !last.rows.isEmpty { queued = last.version(ofRowAt: last.rows.count - 1) }
        isInsideTransaction = true
        gtidUnderWay = batches.last?.origin.gtid
        guard try isInStep ? routeInStep(fresh) : router.route(fresh, resume: resume) else { return false }
        if let resume { reach(resume) }
        return true
    }

    /// Reading has come to a place between transactions. The one before it may have been handed on in parts, without a
    /// row left for its commit.
    mutating func reach(_ resume: ResumePosition) {
        self.resume = resume
        isInsideTransaction = false
        gtidUnderWay = nil
        queued = queued.flatMap { $0.isBefore(resume.position) ? nil : $0 }
    }

    /// Where `batches` bring targets that foreign keys tie to others, has all lanes apply what was queued before they are
    /// routed, and the checkpoint say so: one lane must not get the rows of a table whose last ones wait in another, and
    /// a restart must route as was routed here. Asked when a target comes into sight, since no list of tables holds for
    /// long: they are created while the pipeline runs, and of files nobody knows which tables come.
    private mutating func settleRouting(of batches: [RowBatch]) throws -> Bool {
        // Lanes that stand at different places catch up by the routing that brought them there.
        guard !isCatchUp, let ties = try router.changedTies(for: batches) else { return true }
        let place = LaneCheckpoint(resume: resume, applied: queued)
        var plan = router.plan
        plan.ties = ties
        guard hasPassed(router.barrier(at: place)), try store(plan, place) else { return false }
        router.plan = plan
        return true
    }

    /// Queues each batch when the one before it is in the target: the lanes that the rows must go to are not those that
    /// the target's foreign keys ask for by now.
    private mutating func routeInStep(_ batches: [RowBatch]) throws -> Bool {
        for batch in batches {
            guard try router.route([batch], resume: nil), hasPassed(router.barrier(at: nil)) else { return false }
        }
        return true
    }

    private func hasPassed(_ barrier: Barrier?) -> Bool {
        barrier?.wait(until: { abort.isSet }) ?? false
    }

    /// Puts a barrier where reading has come to, if it has moved and the last one is old enough.
    mutating func putBarrier(every seconds: Double) {
        let now = Timestamp.monotonicSeconds
        guard !isInsideTransaction, resume != barrierResume, now - barrierSeconds >= seconds else { return }
        barrierSeconds = now
        barrierResume = resume
        _ = router.barrier(at: LaneCheckpoint(resume: resume, applied: nil))
    }

    /// Of the transaction that a part of was queued.
    private(set) var gtidUnderWay: String?

    /// Likewise, with the part of a transaction that was queued: for who reads on elsewhere.
    mutating func partBarrier() -> Barrier? {
        router.barrier(at: LaneCheckpoint(resume: resume, applied: queued))
    }

    /// The barrier behind all that was queued; nil if the pipeline is ending anyhow.
    mutating func lastBarrier() -> Barrier? {
        router.barrier(at: isInsideTransaction ? nil : LaneCheckpoint(resume: resume, applied: nil))
    }
}
