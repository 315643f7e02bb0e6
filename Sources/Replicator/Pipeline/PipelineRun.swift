import BinlogReader
import Foundation
import Rows
import Sinks

/// What a pipeline's source thread does, from the checkpoint to the last barrier: claim the checkpoint, start the
/// lanes, read, route, and at the end drain.
struct PipelineRun {
    /// A barrier at least this often while the position moves, so that a restart reads little again.
    private static let barrierSeconds = 1.0

    let pipeline: Pipeline
    var log: Log { pipeline.log }

    init(_ pipeline: Pipeline) {
        self.pipeline = pipeline
    }

    func run() throws {
        var end = try follow(partlyApplied: nil)
        while case .moved(let partlyApplied) = end { end = try follow(partlyApplied: partlyApplied) }
    }

    /// Runs lanes over one phase.
    func run(_ phase: ClaimedPipeline.Phase, of claimed: ClaimedPipeline) throws -> End {
        let lanes = phase.checkpoint.lanes.indices.map { Lane(index: $0, progress: pipeline.progress) }
        let failure = FirstError()
        let context = LaneContext(
            sink: pipeline.sink, pipeline: pipeline.name, epoch: claimed.epoch, stateStore: claimed.stateStore,
            abort: pipeline.abort, log: log)
        let threads = lanes.map { lane in
            WorkerThread(name: "lane \(lane.index)") { [pipeline] in
                do {
                    try lane.run(context, from: phase.checkpoint.lanes[lane.index])
                } catch {
                    failure.record(error)
                    // The source thread ends at its next push, or now if it waits for the source.
                    for lane in lanes { lane.queue.close() }
                    pipeline.cancel()
                }
            }
        }
        defer {
            for lane in lanes { lane.queue.close() }
            for thread in threads { _ = thread.join() }
        }
        pipeline.markRunning(phase, lanes)
        var end = End.done
        do {
            end = try feed(lanes, phase, of: claimed)
            try forgetApplied(claimed.prepared)
        } catch {
            failure.record(error)
            pipeline.abort.set()
        }
        if let error = failure.error { throw error }
        return end
    }

    /// Lets go of XA transactions whose commits all lanes have behind them.
    private func forgetApplied(_ prepared: PreparedTransactions) throws {
        guard prepared.hasCommitted, let applied = pipeline.progress.resume else { return }
        try prepared.forget(before: applied.position)
    }

    /// Reads the phase's stretch, connecting anew where that helps.
    private func feed(
        _ lanes: [Lane], _ phase: ClaimedPipeline.Phase, of claimed: ClaimedPipeline
    ) throws -> End {
        let storages = TargetStorages(of: pipeline.sink)
        // What other settings hold for is not the same tables' targets.
        if phase.until == nil { for target in claimed.targets { _ = storages.add(target) } }
        let router = Router(
            plan: phase.plan, lanes: lanes, admit: { try admit($0, $1, storages) }, askTies: askTies)
        var feeder = Feeder(router: router, from: phase, abort: pipeline.abort) { plan, place in
            var checkpoint = phase.checkpoint
            checkpoint.plan = plan.text
            checkpoint.lanes = Array(repeating: place, count: lanes.count)
            return try asking { try claimed.store.replace(with: checkpoint, epoch: claimed.epoch) } != nil
        }
        feeder.stop = claimed.stop
        var backoff = Backoff()
        while !pipeline.stopping.isSet {
            do {
                let end = try read(&feeder, phase, claimed.prepared, &backoff)
                try drain(&feeder)
                tell(end, feeder)
                return end == .phase ? .reached(feeder.resume) : .done
            } catch {
                // An interrupted read, or a lane's failure: neither is the source's fault.
                if pipeline.stopping.isSet { break }
                try pipeline.checkLog()
                if pipeline.source.isMove(error) {
                    log.info("another server answers; what was read of the last one is applied first")
                    let barrier = feeder.partBarrier()
                    guard wait(for: barrier) else { break }
                    return .moved(partlyApplied: feeder.gtidUnderWay)
                }
                guard pipeline.source.goesOn(after: error) else {
                    // What was read before is good: it goes to the target, so that only the error's place is left.
                    try drain(&feeder, within: 30)
                    // What the server cannot read may be a log that was reset: then that is the one to tell.
                    throw anotherLog(feeder.resume, phase.checkpoint.server) ?? error
                }
                let seconds = backoff.next(random: Double.random(in: 0..<1))
                pipeline.progress.retried(String(describing: error), .source)
                log.warn(
                    "the source was lost; connecting again",
                    [
                        "error": String(describing: error), "position": "\(feeder.resume.position)",
                        "wait": "\(Int(seconds * 1000))ms", "next": pipeline.source.label,
                    ])
                if pipeline.stopping.wait(seconds: seconds) { break }
            }
        }
        try drain(&feeder)
        return .done
    }

    /// Why the server's log is not the one that was read up to `resume`; nil: it is, or cannot be asked.
    private func anotherLog(_ resume: ResumePosition, _ server: String?) -> PlanError? {
        do {
            try pipeline.source.check(resume, of: server)
            return nil
        } catch {
            return error as? PlanError
        }
    }

    private enum ReadEnd { case source, phase, until }

    /// One connection's worth of reading.
    private func read(
        _ feeder: inout Feeder, _ phase: ClaimedPipeline.Phase, _ prepared: PreparedTransactions,
        _ backoff: inout Backoff
    ) throws -> ReadEnd {
        var options = ReaderOptions(selects: phase.plan.concerns, prepared: prepared, skipsStatement: skipsStatement)
        options.tellLookBacks(log.tell)
        let source = try pipeline.source.open(from: feeder.resume, of: phase.checkpoint.server, options)
        pipeline.setInterrupt(source.interrupt)
        defer { pipeline.setInterrupt(nil) }
        for notice in source.notices { log.warn("the schema history begins anew", ["reason": notice]) }
        try source.begin()
        source.succeeded()
        pipeline.progress.reads(from: pipeline.source.label)
        log.info("reading", ["source": pipeline.source.label, "from": "\(feeder.resume.position)"])
        var assembler = TransactionAssembler(
            resume: feeder.resume, maximumByteCount: pipeline.settings.transactionByteCount,
            applied: phase.checkpoint.lanes.compactMap(\.applied), gtidsBefore: source.gtidsBefore)
        var hasRead = false
        while !pipeline.stopping.isSet, let event = try source.reader.next() {
            if !hasRead {
                hasRead = true
                backoff.succeed()
                // Of an effort that may have begun before: at another server.
                pipeline.progress.succeeded(.source)
            }
            if feeder.stop?.excludes(event, assembler) == true { return .until }
            guard let output = try assembler.add(event) else { continue }
            switch output {
            case .rows(let batches, let resume):
                if resume == nil, feeder.excludes(batches) { return .until }
                guard try feeder.take(batches, resume: resume) else { return .source }
            case .statement(let statement, let before, let after):
                try pass(statement, before: before, &feeder, phase)
                feeder.reach(after)
            case .position(let resume):
                feeder.reach(resume)
                try feeder.stop?.lookForEnd(of: pipeline.source)
            }
            feeder.putBarrier(every: Self.barrierSeconds)
            try forgetApplied(prepared)
            if let until = phase.until, feeder.isBetweenTransactions, !feeder.resume.position.isBefore(until) {
                return .phase
            }
            if feeder.hasReachedStop { return .until }
        }
        try pipeline.checkLog()
        return .source
    }

    private func tell(_ end: ReadEnd, _ feeder: Feeder) {
        guard let stop = feeder.stop, !pipeline.stopping.isSet else { return }
        let fields: KeyValuePairs = ["until": stop.text, "position": "\(feeder.resume.position)"]
        switch end {
        case .until: log.info("reached --until", fields)
        case .source where !stop.isTime: log.warn("the files have ended before --until", fields)
        case .source, .phase: break
        }
    }

    /// Lets a statement by, or stops in front of it with all before it applied.
    private func pass(
        _ statement: Statement, before: ResumePosition, _ feeder: inout Feeder, _ phase: ClaimedPipeline.Phase
    ) throws {
        let policy = SchemaChangePolicy(plan: phase.plan, ignoresCascades: pipeline.settings.ignoresCascades)
        guard let stop = policy.reasonToStop(at: statement) else {
            if let table = policy.passedAddition(in: statement) {
                log.warn(
                    "columns were added to a table and the pipeline goes on: what the sink has of older rows lacks them",
                    ["table": "\(table)", "position": "\(statement.position)"])
            }
            return
        }
        feeder.reach(before)
        throw stop
    }

    /// Waits until all that was queued is in the target, with the checkpoint behind it; or until told to abort.
    private func drain(_ feeder: inout Feeder, within seconds: Double = .infinity) throws {
        guard let barrier = feeder.lastBarrier() else { return }
        if !wait(for: barrier, within: seconds) {
            log.warn("ended before the sink had taken all that was read; a restart reads it again")
        }
    }

    private func wait(for barrier: Barrier?, within seconds: Double = .infinity) -> Bool {
        let start = Timestamp.monotonicSeconds
        return barrier?.wait(until: { pipeline.abort.isSet || Timestamp.monotonicSeconds - start > seconds }) ?? false
    }
}
