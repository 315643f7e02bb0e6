import Foundation
import Rows
import Sinks
import Synchronization

/// One worker of a pipeline: takes its share of the changes in source order, maps them, and writes them with its
/// checkpoint. Owns its sink writer; everything but `queue` and `progress` belongs to its thread.
final class Lane: Sendable {
    /// What one write to the target gathers, if there is as much: whole transactions until it is reached.
    static let writeRowCount = 5_000
    static let writeByteCount = 8 << 20
    /// What waits in front of a lane at most.
    static let queueLimit = BoundedQueue<LaneItem>.Cost(rowCount: 50_000, byteCount: 64 << 20)

    let index: Int
    let queue = BoundedQueue<LaneItem>(limit: Lane.queueLimit)
    let progress: Progress

    init(index: Int, progress: Progress) {
        self.index = index
        self.progress = progress
    }

    /// Works off the queue until it is closed. Throws what ended the lane for good; a retriable error is retried here,
    /// until `abort` is set.
    func run(_ context: LaneContext, from checkpoint: LaneCheckpoint) throws {
        var work = LaneWork(context: context, lane: index, checkpoint: checkpoint, progress: progress)
        while true {
            let items = queue.popAll(waiting: 0.5)
            if items.isEmpty {
                if queue.isOpen { continue }
                return
            }
            for item in items {
                switch item {
                case .changes(let changes):
                    try work.add(changes)
                    if work.isFull { try work.flush() }
                case .barrier(let barrier):
                    if let place = barrier.place { work.reach(place) }
                    try work.flush()
                    if context.abort.isSet { return }
                    barrier.pass()
                }
                if context.abort.isSet { return }
            }
            // Nothing waits: what is here goes out now rather than when a batch is full.
            if queue.isEmpty { try work.flush() }
        }
    }
}

/// What the lanes of a pipeline share.
struct LaneContext: Sendable {
    let sink: any Sink
    let pipeline: String
    let epoch: UInt64
    /// Where checkpoints go if the sink keeps none.
    let stateStore: (@Sendable (LaneCheckpoint, _ lane: Int) throws(SinkError) -> Void)?
    let abort: StopFlag
    let log: Log
}

/// The state of a lane's thread: changes mapped and not yet written, and how far it has come.
private struct LaneWork {
    let context: LaneContext
    let lane: Int
    let progress: Progress
    private var writer: (any LaneWriter)?
    private var checkpoint: LaneCheckpoint
    /// What the stored checkpoint says is done: changes up to here are read again after a restart, and skipped.
    private let startsAt: LaneCheckpoint
    private var pending: [RowBatch] = []
    private var rowCount = 0
    private var byteCount = 0
    private var tally = RowTally()
    /// The checkpoint has moved since it was last written.
    private var isDirty = false

    init(context: LaneContext, lane: Int, checkpoint: LaneCheckpoint, progress: Progress) {
        self.context = context
        self.lane = lane
        self.checkpoint = checkpoint
        self.progress = progress
        startsAt = checkpoint
    }

    var isFull: Bool { rowCount >= Lane.writeRowCount || byteCount >= Lane.writeByteCount }

    mutating func add(_ changes: LaneChanges) throws {
        var hasFresh = false
        for (batch, route) in changes.batches {
            guard let fresh = batch.after(startsAt.applied, from: startsAt.resume.position) else { continue }
            checkpoint.applied = fresh.version(ofRowAt: fresh.rows.count - 1)
            hasFresh = true
            isDirty = true
            guard let mapped = try route.apply(fresh, keyed: context.sink.isKeyed) else { continue }
            pending.append(mapped)
            tally.add(mapped)
            rowCount += mapped.rows.count
            byteCount += mapped.byteCount
        }
        // Not where all of it was applied before, and the lane has come further.
        if hasFresh, let gtids = changes.gtids { checkpoint.appliedGTIDs = gtids }
        if let resume = changes.resume { reach(LaneCheckpoint(resume: resume, applied: nil)) }
    }

    /// Takes `place` over as far as it is news. After a restart, reading begins where the slowest lane stands: to a lane
    /// that was further, the places that come by are behind it, and what it has applied must not be forgotten there.
    mutating func reach(_ place: LaneCheckpoint) {
        guard !place.resume.position.isBefore(checkpoint.resume.position) else { return }
        let applied = [checkpoint.applied, place.applied].compactMap(\.self).max()
        let isBehind = applied.map { !$0.isBefore(place.resume.position) } ?? false
        let reached = LaneCheckpoint(
            resume: place.resume, applied: isBehind ? applied : nil,
            appliedGTIDs: isBehind && applied == checkpoint.applied ? checkpoint.appliedGTIDs : nil)
        guard reached != checkpoint else { return }
        checkpoint = reached
        isDirty = true
    }

    /// Writes what is pending with the checkpoint, trying again until it is done, the error is final, or the pipeline
    /// is told to abort (then nothing is lost: a restart reads it again).
    mutating func flush() throws {
        guard isDirty else { return }
        var backoff = Backoff()
        while !context.abort.isSet {
            do {
                try write()
                progress.succeeded(.lane(lane))
                return
            } catch {
                guard error.disposition == .retriable else { throw error }
                let seconds = backoff.next(random: Double.random(in: 0..<1))
                progress.retried(error.message, .lane(lane))
                context.log.warn(
                    "the sink did not take the rows; trying again",
                    ["lane": "\(lane)", "error": error.message, "wait": "\(Int(seconds * 1000))ms"])
                if context.abort.wait(seconds: seconds) { return }
            }
        }
    }

    private mutating func write() throws(SinkError) {
        progress.begins(.write(rows: rowCount), .lane(lane), on: context.sink.label, pulse: writer?.pulse)
        let writer: any LaneWriter
        if let present = self.writer {
            writer = present
        } else {
            writer = try context.sink.makeWriter(pipeline: context.pipeline, lane: lane, epoch: context.epoch)
            self.writer = writer
            progress.listens(to: writer.pulse, .lane(lane))
        }
        if !pending.isEmpty || context.stateStore == nil {
            let start = Timestamp.monotonicSeconds
            let counts = try writer.write(pending, checkpoint: checkpoint)
            if let first = pending.first {
                progress.wrote(
                    tally, rows: rowCount, counts: counts, seconds: Timestamp.monotonicSeconds - start,
                    committed: first.origin.commitMicroseconds)
            }
            tally.removeAll()
            // Not before here, and before the state file's turn: each is tried again on its own.
            pending.removeAll(keepingCapacity: true)
            rowCount = 0
            byteCount = 0
        }
        if let store = context.stateStore {
            progress.begins(.checkpoint, .lane(lane), on: "the state file")
            try store(checkpoint, lane)
        }
        progress.reached(checkpoint.resume, lane: lane)
        isDirty = false
    }
}
