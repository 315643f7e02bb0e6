import BinlogReader
import Foundation
import Rows
import Sinks

/// A pipeline whose checkpoint is ours.
struct ClaimedPipeline {
    /// A stretch of reading under one set of settings.
    struct Phase {
        var plan: TargetPlan
        var checkpoint: PipelineCheckpoint
        /// The phase ends at the end of the first transaction that leads here; nil: never. Until then lanes stand at
        /// different places, and nothing about their routing may change.
        var until: BinlogPosition?
        /// The target's foreign keys ask for another routing by now, so that lanes must wait for one another.
        var isInStep = false

        /// Where reading starts: what any lane has not passed is read again.
        var resume: ResumePosition {
            checkpoint.lowest
                ?? ResumePosition(position: BinlogPosition(file: "", offset: 4), gtids: "", commitMicroseconds: 0)
        }
    }

    let store: any CheckpointStore
    let isInStateFile: Bool
    let epoch: UInt64
    /// What the source has prepared and not committed so far. Belongs to the source thread.
    let prepared: PreparedTransactions
    /// Where `--until` ends reading; nil: nowhere.
    let stop: StopPoint?
    /// Of the tables that the source had at the start, under the last phase's plan; none where only the log tells of them.
    let targets: [Table]
    var phases: [Phase]
}

extension LaneCheckpoint {
    /// The furthest place of which the lane has applied something.
    var reached: BinlogPosition {
        guard let applied else { return resume.position }
        let file = resume.position.withSequence(applied.sequence)
        return BinlogPosition(file: file, offset: applied.offset)
    }
}

extension ChangeVersion {
    /// Whether the change lies before `position`.
    func isBefore(_ position: BinlogPosition) -> Bool {
        (sequence, offset) < (position.sequence ?? 0, position.offset)
    }
}

extension BinlogPosition {
    /// The name of the file with another sequence number, as the server forms it: six digits at least.
    fileprivate func withSequence(_ sequence: UInt64) -> String {
        guard let dot = file.lastIndex(of: ".") else { return file }
        let digits = String(sequence)
        return file[...dot] + String(repeating: "0", count: max(0, 6 - digits.utf8.count)) + digits
    }
}

extension ClaimedPipeline {
    /// Where lanes store their checkpoints if the sink keeps none: the store in the state file, one lane at a time.
    var stateStore: (@Sendable (LaneCheckpoint, _ lane: Int) throws(SinkError) -> Void)? {
        guard isInStateFile else { return nil }
        let shared = SharedStore(store)
        let epoch = epoch
        return { (checkpoint, lane) throws(SinkError) in try shared.store(checkpoint, lane: lane, epoch: epoch) }
    }
}

/// A checkpoint store that several lanes use in turn.
private final class SharedStore: @unchecked Sendable {
    // @unchecked Sendable because `inner` is used only under `lock`, and by nobody else once lanes run.
    private let inner: any CheckpointStore
    private let lock = NSLock()

    init(_ inner: any CheckpointStore) {
        self.inner = inner
    }

    func store(_ checkpoint: LaneCheckpoint, lane: Int, epoch: UInt64) throws(SinkError) {
        lock.lock()
        defer { lock.unlock() }
        try inner.store(checkpoint, lane: lane, epoch: epoch)
    }
}
