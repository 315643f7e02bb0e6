import BinlogReader
import Rows
import Sinks
import Synchronization

/// What a pipeline has done since the process began, gathered from all its threads, once a write. Outlives a pause and a
/// change of its mappings.
final class Progress: Sendable {
    /// The part of a pipeline that may fail by itself.
    enum Part: Hashable, Sendable {
        /// All before the first row: it takes as long as there are tables, and is not stuck before something has failed.
        case start
        case source
        /// What the thread that reads asks the sink on its way.
        case question
        case lane(Int)
    }

    struct Failure: Equatable, Sendable {
        var message: String
        /// Since 1970 UTC.
        var microseconds: Int64
    }

    struct Snapshot: Sendable {
        var rows = 0
        var counts = WriteCounts()
        var tables: [TableName: OperationCounts] = [:]
        var retries = 0
        /// The last error, also where it has passed.
        var lastFailure: Failure?
        /// Rows a write.
        var batchRows = Histogram(bounds: [1, 10, 100, 1_000, 5_000, 10_000, 100_000])
        /// Seconds that the sink took for a write.
        var writeSeconds = Histogram(bounds: seconds)
        /// Seconds from a commit at the source to the end of the write that had its rows: the oldest of each write.
        var commitSeconds = Histogram(bounds: seconds)
        /// What is under way or failing now.
        fileprivate(set) var efforts: [Part: Effort] = [:]
        fileprivate var lanes: [ResumePosition] = []
        /// Times by the monotonic clock, and the rows till then; about one a second.
        fileprivate var samples: [(seconds: Double, rows: Int)] = []
        /// Whose log the positions are in; nil: files'.
        fileprivate(set) var server: String?
        /// Whom the log comes from, as messages name it; nil: nobody yet.
        fileprivate(set) var host: String?
        /// Times that another server took the followed one's place.
        fileprivate(set) var moves = 0
        fileprivate(set) var mapping = Mapping(version: "", since: nil)
        /// XA transactions that wait for their end; nil: none.
        fileprivate(set) var prepared: WaitingTransactions?

        private static let seconds: [Double] = [
            0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 60,
        ]

        /// Where a restart would begin to read: all before it is in the target.
        var resume: ResumePosition? { lanes.min { $0.position.isBefore($1.position) } }

        /// Over the last ten seconds or so.
        func rowsPerSecond(now: Double) -> Double {
            guard let first = samples.first(where: { now - $0.seconds < Progress.rateSeconds + 0.5 }),
                now - first.seconds > 0.1
            else { return 0 }
            return Double(rows - first.rows) / (now - first.seconds)
        }
    }

    /// The mappings that rows go through.
    struct Mapping: Equatable, Sendable {
        var version: String
        /// Where they began to hold, if that was in this process's time; nil: before.
        var since: ResumePosition?
    }

    private static let rateSeconds = 10.0

    /// `statement-changes = skip`
    let skippedStatements = SkippedStatements()
    private let state: Mutex<Snapshot>

    /// The rate counts from here: rows of the first second would be missing from it otherwise.
    init() {
        var snapshot = Snapshot()
        snapshot.samples.append((Timestamp.monotonicSeconds, 0))
        state = Mutex(snapshot)
    }

    var snapshot: Snapshot { state.withLock { $0 } }

    /// Where a restart would begin to read; nil: before the first run.
    var resume: ResumePosition? { state.withLock { $0.resume } }

    /// Lanes begin where their checkpoints say, under the mappings of `version`.
    func began(_ lanes: [LaneCheckpoint], mapping version: String, server: String?) {
        state.withLock {
            $0.server = server
            $0.lanes = lanes.map(\.resume)
            $0.efforts = $0.efforts.filter { $0.key == .source }
            if $0.mapping.version != version {
                $0.mapping = Mapping(version: version, since: $0.mapping.version.isEmpty ? nil : $0.resume)
            }
        }
    }

    /// The log comes from `host`.
    func reads(from host: String) {
        state.withLock { $0.host = host }
    }

    /// Another server has taken the followed one's place.
    func moved() {
        skippedStatements.moved()
        state.withLock { $0.moves += 1 }
    }

    /// XA transactions that wait for their end, from now on; nil: none.
    func waits(_ prepared: WaitingTransactions?) {
        state.withLock { $0.prepared = prepared }
    }

    /// A run has ended: nothing is under way any more.
    func ended() {
        state.withLock { $0.efforts = [:] }
    }

    // MARK: What is under way

    /// `part` begins some work, or tries it again; `target` is who is to answer.
    func begins(_ work: Effort.Work, _ part: Part, on target: String, pulse: Pulse? = nil) {
        let attempt = Effort.Attempt(work: work, target: target, began: Timestamp.monotonicSeconds, pulse: pulse)
        state.withLock { $0.efforts[part, default: Effort(attempt)].tryAgain(attempt) }
    }

    /// Who is to answer `part` can be listened to from now on.
    func listens(to pulse: Pulse?, _ part: Part) {
        state.withLock { $0.efforts[part]?.listen(to: pulse) }
    }

    /// What `target` answers to `body`, for which `part` waits. An error is for the caller to tell, or to end the pipeline
    /// with.
    func asking<Value>(_ target: String, for part: Part, _ body: () throws -> Value) rethrows -> Value {
        begins(.question, part, on: target)
        let value = try body()
        answered(part)
        return value
    }

    /// `part` waits for nothing now.
    func answered(_ part: Part) {
        state.withLock { state in
            guard var effort = state.efforts[part] else { return }
            effort.end()
            state.efforts[part] = effort.hasFailed ? effort : nil
        }
    }

    func retried(_ error: String, _ part: Part) {
        let now = Timestamp.monotonicSeconds
        state.withLock {
            $0.retries += 1
            $0.lastFailure = Failure(message: error, microseconds: Timestamp.nowMicroseconds)
            $0.efforts[part, default: Effort(failedAt: now)].fail(at: now)
        }
    }

    func succeeded(_ part: Part) {
        state.withLock { $0.efforts[part] = nil }
    }

    // MARK: What is done

    /// A write has succeeded. `committed`: when its oldest transaction was, microseconds since 1970 UTC.
    func wrote(_ tally: RowTally, rows: Int, counts: WriteCounts, seconds: Double, committed: Int64?) {
        let now = Timestamp.nowMicroseconds
        state.withLock {
            $0.rows += rows
            $0.counts += counts
            for (table, counts) in tally.tables {
                $0.tables[TableName(database: table.database, table: table.name), default: .init()] += counts
            }
            $0.batchRows.add(Double(rows))
            $0.writeSeconds.add(seconds)
            if let committed { $0.commitSeconds.add(max(0, Double(now) - Double(committed)) / 1e6) }
        }
    }

    func reached(_ resume: ResumePosition, lane: Int) {
        state.withLock { if $0.lanes.indices.contains(lane) { $0.lanes[lane] = resume } }
    }

    /// An error that is not tried again, or has a meaning of its own.
    func failed(_ error: String) {
        state.withLock { $0.lastFailure = Failure(message: error, microseconds: Timestamp.nowMicroseconds) }
    }

    /// Called about once a second, for the rate.
    func sample() {
        let now = Timestamp.monotonicSeconds
        state.withLock { state in
            if let last = state.samples.last, now - last.seconds < 0.9 { return }
            state.samples.removeAll { now - $0.seconds > Self.rateSeconds }
            state.samples.append((now, state.rows))
        }
    }
}
