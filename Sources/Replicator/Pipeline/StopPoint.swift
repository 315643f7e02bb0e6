import BinlogReader
import Rows
import Sinks
import Synchronization

/// Where `--until` ends reading: in front of the first transaction that it excludes. What comes before is delivered.
struct StopPoint: Equatable, Sendable {
    enum Bound: Equatable, Sendable {
        /// Excludes what begins there or later.
        case position(BinlogPosition)
        /// Excludes what was committed later, in microseconds since 1970 UTC.
        case time(Int64)
        /// Excludes what is not among these.
        case gtids(GTIDBound)
    }

    /// As the user wrote it.
    let text: String
    let bound: Bound
    /// Whose log its places are in, in the words of ``PipelineSource/logIdentity()``.
    private(set) var log: String?
    /// The end of that log at a moment after the time: nothing that follows can be from before. Nil: the time is still to
    /// come.
    private(set) var end: BinlogPosition?
    /// How far the source's clock is ahead of ours, in microseconds.
    private var clockOffset: Int64

    init(text: String, bound: Bound, log: String? = nil, end: BinlogPosition? = nil, clockOffset: Int64 = 0) {
        self.text = text
        self.bound = bound
        self.log = log
        self.end = end
        self.clockOffset = clockOffset
    }

    /// Asks the source what `position` means now.
    /// - Parameter given: whose log a place is in that the user has named; nil: the source's.
    init(_ position: StartPosition, text: String, of source: any PipelineSource, given: String? = nil) throws {
        switch position {
        case .earliest, .latest:
            let (place, log) = try source.ofOneLog { try source.resolve(position).position }
            self.init(text: text, bound: .position(place), log: log)
        case .position(let place):
            self.init(text: text, bound: .position(place), log: try given ?? source.logIdentity())
        case .gtids(let gtids):
            try source.requireKind(of: gtids)
            self.init(text: text, bound: .gtids(GTIDBound(gtids)), log: try source.logIdentity())
        case .time(let point):
            let (now, log) = try source.ofOneLog { try source.now() }
            self.init(
                text: text, bound: .time(point.microseconds(now: now)), log: log, clockOffset: now - TimePoint.now)
            try lookForEnd(of: source)
        }
    }

    var isTime: Bool {
        if case .time = bound { true } else { false }
    }

    // MARK: What is excluded

    /// Whether `event`, which is the next that `assembler` gets, belongs to what is excluded. Of a transaction that comes
    /// in parts the first part is to be asked for too (``excludes(committedAt:)``).
    func excludes(_ event: SourceEvent, _ assembler: TransactionAssembler) -> Bool {
        switch event {
        case .begin(let start): excludes(start.position, start.gtid)
        case .commit(let end): excludes(committedAt: assembler.commitMicroseconds(of: end))
        case .statement(let statement):
            excludes(statement.start, statement.gtid) || excludes(committedAt: statement.headerMicroseconds)
        case .rows, .rollback, .idle: false
        }
    }

    func excludes(committedAt time: Int64) -> Bool {
        if case .time(let last) = bound { time > last } else { false }
    }

    private func excludes(_ start: BinlogPosition, _ gtid: String?) -> Bool {
        switch bound {
        case .position(let position): !start.isBefore(position)
        case .time: end.map { !start.isBefore($0) } ?? false
        case .gtids(let gtids): gtid.map { !gtids.contains($0) } ?? true
        }
    }

    // MARK: The end

    /// Whether nothing more can be included behind `resume`.
    func isReached(by resume: ResumePosition) -> Bool {
        switch bound {
        case .position(let position): !resume.position.isBefore(position)
        case .time(let last): resume.commitMicroseconds > last || end.map { !resume.position.isBefore($0) } ?? false
        case .gtids(let gtids): gtids.isCovered(by: resume.gtids)
        }
    }

    /// The source is followed from here on. Where that is another server than before, a time's end and clock are asked for
    /// anew, and a place is an error: it says nothing in this log.
    mutating func follow(_ source: any PipelineSource) throws {
        let log = try source.logIdentity()
        guard log != self.log else { return }
        switch bound {
        case .position:
            throw PlanError(
                "--until \(text) is a place in the log of another server than \(source.label), which is followed now: give a "
                    + "GTID, or a time" + (text == "latest" ? "; given again, latest is the end of this one's" : ""))
        case .time:
            self.log = log
            end = nil
            clockOffset = try source.now() - TimePoint.now
            try lookForEnd(of: source)
        case .gtids: self.log = log
        }
    }

    /// Where the time has come by now, settles where the log ends: what is committed from now on is later. Not so while
    /// another server answers than the one that is still read.
    mutating func lookForEnd(of source: any PipelineSource) throws {
        guard case .time(let last) = bound, end == nil else { return }
        // Times in a log may be whole seconds, cut off.
        let (second, passed) = (last / 1_000_000 + 1, (TimePoint.now + clockOffset) / 1_000_000)
        guard passed >= second else { return }
        let (found, log) = try source.ofOneLog { try source.resolve(.latest).position }
        if log == self.log { end = found }
    }
}

/// What `--until` asks for. Its meaning is settled once, and holds for all runs of a pipeline: as far as it is none of one
/// server's log.
final class StopRequest: Sendable {
    let position: StartPosition
    let text: String
    private let settled = Mutex<StopPoint?>(nil)

    /// `text` is what the user wrote.
    init(_ text: String) throws(ConfigurationError) {
        position = try StartPosition(text)
        self.text = text
    }

    /// What it means for who reads `source` from now on, which may be another server by now than when it was settled.
    /// - Parameter given: whose log a place is in that the user has named, where a checkpoint tells; nil: the source's.
    func point(of source: any PipelineSource, given: String? = nil) throws -> StopPoint {
        var point =
            try settled.withLock({ $0 }) ?? StopPoint(position, text: text, of: source, given: given)
        try point.follow(source)
        settled.withLock { $0 = point }
        return point
    }
}
