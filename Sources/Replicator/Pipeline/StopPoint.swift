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
    /// The end of the log at a moment after the time: nothing that follows can be from before. Nil: the time is still to
    /// come.
    private(set) var end: BinlogPosition?
    /// How far the source's clock is ahead of ours, in microseconds.
    private let clockOffset: Int64

    init(text: String, bound: Bound, end: BinlogPosition? = nil, clockOffset: Int64 = 0) {
        self.text = text
        self.bound = bound
        self.end = end
        self.clockOffset = clockOffset
    }

    /// Asks the source what `position` means now.
    init(_ position: StartPosition, text: String, of source: any PipelineSource) throws {
        switch position {
        case .earliest, .latest:
            self.init(text: text, bound: .position(try source.resolve(position).position))
        case .position(let place): self.init(text: text, bound: .position(place))
        case .gtids(let gtids):
            try source.requireKind(of: gtids)
            self.init(text: text, bound: .gtids(GTIDBound(gtids)))
        case .time(let point):
            let now = try source.now()
            self.init(
                text: text, bound: .time(point.microseconds(now: now)), clockOffset: now - TimePoint.now)
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

    /// Another server is followed from here on.
    mutating func move() throws {
        if case .position = bound {
            throw PlanError(
                "--until \(text) is a place in the log of the server that was followed, and another one is followed now: "
                    + "give a GTID, or a time")
        }
        end = nil
    }

    /// Where the time has come by now, settles where the log ends: what is committed from now on is later.
    mutating func lookForEnd(of source: any PipelineSource) throws {
        guard case .time(let last) = bound, end == nil else { return }
        // Times in a log may be whole seconds, cut off.
        let (second, passed) = (last / 1_000_000 + 1, (TimePoint.now + clockOffset) / 1_000_000)
        if passed >= second { end = try source.resolve(.latest).position }
    }
}

/// What `--until` asks for. Its meaning is settled once, and holds for all runs of a pipeline.
final class StopRequest: Sendable {
    let position: StartPosition
    let text: String
    private let settled = Mutex<StopPoint?>(nil)

    /// `text` is what the user wrote.
    init(_ text: String) throws(ConfigurationError) {
        position = try StartPosition(text)
        self.text = text
    }

    func point(of source: any PipelineSource) throws -> StopPoint {
        if let point = settled.withLock({ $0 }) { return point }
        let point = try StopPoint(position, text: text, of: source)
        settled.withLock { $0 = point }
        return point
    }

    /// Another server is followed from here on, also by the runs that follow: as ``StopPoint/move()``.
    func move() throws {
        try settled.withLock { try $0?.move() }
    }
}
