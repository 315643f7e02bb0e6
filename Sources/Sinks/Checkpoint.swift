public import Rows

/// Where reading starts again after a restart: always the start of a transaction (or of an event between two).
public struct ResumePosition: Equatable, Sendable {
    public var position: BinlogPosition
    /// All transactions before it, as the server writes GTID positions (`0-1-100`); empty where there are none.
    public var gtids: String
    /// Commit time of the last transaction before it, microseconds since 1970 UTC; 0 if none was seen.
    public var commitMicroseconds: Int64

    public init(position: BinlogPosition, gtids: String, commitMicroseconds: Int64) {
        self.position = position
        self.gtids = gtids
        self.commitMicroseconds = commitMicroseconds
    }
}

/// How far one lane has come.
public struct LaneCheckpoint: Equatable, Sendable {
    public var resume: ResumePosition
    /// The last change applied after `resume`; nil if none was. On a restart the lane skips what is not after it.
    public var applied: ChangeVersion?
    /// All transactions up to the last one behind `resume` of which the lane has applied all that is its own; nil: it has not
    /// come so far. (Of the one that follows it may have applied a part.) It says in every server's log what `applied` says
    /// in one.
    public var appliedGTIDs: String?

    public init(resume: ResumePosition, applied: ChangeVersion?, appliedGTIDs: String? = nil) {
        self.resume = resume
        self.applied = applied
        self.appliedGTIDs = appliedGTIDs
    }
}

/// Both lists of a lane's GTIDs in one text, which is what stores keep: `resume.gtids`, and behind a bar `appliedGTIDs`.
extension LaneCheckpoint {
    var gtidText: String { resume.gtids + (appliedGTIDs.map { "|" + $0 } ?? "") }

    /// From what a store has; `resume.gtids` and `appliedGTIDs` are in `gtidText`.
    init(resume: ResumePosition, applied: ChangeVersion?, gtidText: String) {
        var resume = resume
        let bar = gtidText.firstIndex(of: "|")
        resume.gtids = String(gtidText[..<(bar ?? gtidText.endIndex)])
        self.init(
            resume: resume, applied: applied,
            appliedGTIDs: applied == nil ? nil : bar.map { String(gtidText[gtidText.index(after: $0)...]) })
    }
}

/// All that a pipeline needs to go on where it was: what its lanes have applied, and the settings that decided which
/// lane a change went to.
public struct PipelineCheckpoint: Equatable, Sendable {
    /// `key-by` of the run that wrote it.
    public var keyBy: String
    /// The mappings and what else shapes target rows, as text (of any length): a restart goes on with them until all
    /// lanes have reached the same place, and only then with edited ones. Opaque to the store.
    public var mapping: String
    /// The `--start` that began it, as the user wrote it; empty if none.
    public var start: String
    /// One entry a lane, in lane order; never empty.
    public var lanes: [LaneCheckpoint]

    public init(keyBy: String, mapping: String, start: String, lanes: [LaneCheckpoint]) {
        self.keyBy = keyBy
        self.mapping = mapping
        self.start = start
        self.lanes = lanes
    }
}

/// Keeps one pipeline's checkpoint, in the target or in the state file. Confined to one thread at a time.
public protocol CheckpointStore: AnyObject {
    /// What is stored, without touching it: for `check` and `status`.
    func read() throws(SinkError) -> PipelineCheckpoint?

    /// The epoch of who took the pipeline over last; nil: nobody has, or there is no telling.
    func epoch() throws(SinkError) -> UInt64?

    /// Takes the pipeline over: raises its epoch, after which writers of an older epoch are fenced, and returns the
    /// new epoch with what was stored. Makes the store's own tables where they are missing.
    func claim() throws(SinkError) -> (epoch: UInt64, checkpoint: PipelineCheckpoint?)

    /// Replaces the whole checkpoint, all lanes at once. Throws `fenced` if `epoch` is no longer the pipeline's.
    func replace(with checkpoint: PipelineCheckpoint, epoch: UInt64) throws(SinkError)

    /// Stores one lane's progress: for sinks whose writers do not do it themselves. Throws `fenced` as above.
    func store(_ checkpoint: LaneCheckpoint, lane: Int, epoch: UInt64) throws(SinkError)
}

extension CheckpointStore {
    public func epoch() throws(SinkError) -> UInt64? { nil }
}
