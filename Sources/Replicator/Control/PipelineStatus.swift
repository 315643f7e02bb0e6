import BinlogReader
import Rows
import Sinks

/// What `status` says: the members of the JSON, in the order of the type. A value that nobody knows is null; no member
/// is ever left out.
public struct StatusReport: Codable, Sendable {
    /// Of this program.
    var version: String
    /// The process; null: none runs.
    @OrNull var process: Int32?
    /// When it began.
    @OrNull var since: String?
    var source: SourceStatus
    var pipelines: [PipelineStatus]
}

extension StatusReport {
    /// As `status --json` prints it.
    public func json() throws -> String {
        String(decoding: try ControlJSON.encode(self, pretty: true), as: UTF8.self)
    }
}

struct SourceStatus: Codable, Sendable {
    var url: String
    /// The end of its log when it was last asked.
    @OrNull var end: PositionStatus?
    @OrNull var asked: String?
    /// Why the last question had no answer.
    @OrNull var error: String?
}

struct PositionStatus: Codable, Sendable {
    var file: String
    var offset: UInt64

    init(_ position: BinlogPosition) {
        file = position.file
        offset = position.offset
    }
}

public struct PipelineStatus: Codable, Sendable {
    struct Position: Codable, Sendable {
        var file: String
        var offset: UInt64
        @OrNull var gtid: String?
        @OrNull var committed: String?
    }

    struct Lag: Codable, Sendable {
        @OrNull var seconds: Double?
        @OrNull var bytes: UInt64?
    }

    struct Rows: Codable, Sendable {
        @OrNull var total: Int?
        @OrNull var perSecond: Double?
    }

    /// The write that has been under way longest.
    struct Write: Codable, Sendable {
        /// Since it was begun, tries before included.
        var seconds: Double
        /// Since the sink last answered it.
        var silence: Double
    }

    /// XA transactions that wait for their end.
    struct Prepared: Codable, Sendable {
        @OrNull var count: Int?
        /// Where the oldest was prepared, and when.
        @OrNull var file: String?
        @OrNull var offset: UInt64?
        @OrNull var since: String?
    }

    struct Queue: Codable, Sendable {
        @OrNull var rows: Int?
        @OrNull var bytes: Int?
    }

    struct Failure: Codable, Sendable {
        var time: String
        var message: String
    }

    struct Retention: Codable, Sendable {
        @OrNull var seconds: Double?
        @OrNull var bytes: UInt64?
        @OrNull var purged: Bool?
    }

    struct Mapping: Codable, Sendable {
        var version: String
        /// Rows before it went through other mappings; null: this process has known no other.
        @OrNull var since: String?
        /// Why the last reload changed nothing.
        @OrNull var error: String?
    }

    var name: String
    var sink: String
    @OrNull var state: PipelineState?
    @OrNull var since: String?
    /// Whom the log comes from; null: nobody yet.
    @OrNull var host: String?
    @OrNull var position: Position?
    var lag: Lag
    var rows: Rows
    var queue: Queue
    /// Null: none is under way.
    @OrNull var write: Write?
    var prepared: Prepared
    @OrNull var duplicateInserts: Int?
    @OrNull var missingUpdates: Int?
    @OrNull var missingDeletes: Int?
    @OrNull var parked: Int?
    @OrNull var deadLetters: Int?
    @OrNull var retries: Int?
    @OrNull var skippedStatements: Int?
    /// Times that another server took the followed one's place.
    @OrNull var failovers: Int?
    @OrNull var lastError: Failure?
    var retention: Retention
    @OrNull var mapping: Mapping?
}

extension PipelineStatus.Prepared {
    /// Nil: none.
    init(_ waiting: WaitingTransactions?) {
        count = waiting?.count ?? 0
        file = waiting?.oldest.file
        offset = waiting?.oldest.offset
        since = waiting.flatMap {
            $0.oldestMicroseconds > 0 ? Timestamp.text(microseconds: $0.oldestMicroseconds) : nil
        }
    }

    /// Where there are some.
    var sentence: String? {
        guard let count, count > 0, let file, let offset else { return nil }
        return
            "\(count) prepared XA transactions wait for their XA COMMIT or XA ROLLBACK, the oldest since \(file):\(offset)"
            + (since.map { " (\($0))" } ?? "")
    }
}

extension PipelineStatus.Position {
    init(_ resume: ResumePosition) {
        file = resume.position.file
        offset = resume.position.offset
        gtid = resume.gtids.isEmpty ? nil : resume.gtids
        committed = resume.commitMicroseconds > 0 ? Timestamp.text(microseconds: resume.commitMicroseconds) : nil
    }
}

extension ManagedPipeline {
    func status(_ source: SourceKnowledge) -> PipelineStatus {
        let run = run
        let (state, since) = stateNow
        let snapshot = progress.snapshot
        let now = Timestamp.nowMicroseconds
        let seconds = Timestamp.monotonicSeconds
        let resume = snapshot.resume
        let source = source.of(snapshot.server)
        let lag = resume.map { source.lag(of: $0, now: now) } ?? .init()
        let headroom = resume.map { source.headroom(of: $0, now: now) } ?? .init()
        let queued = run.queued
        return PipelineStatus(
            name: name, sink: run.sink.label, state: state, since: Timestamp.text(microseconds: since),
            host: snapshot.host, position: resume.map { .init($0) },
            lag: .init(seconds: lag.seconds, bytes: lag.byteCount),
            rows: .init(total: snapshot.rows, perSecond: snapshot.rowsPerSecond(now: seconds)),
            queue: .init(rows: queued.rowCount, bytes: queued.byteCount),
            write: snapshot.longestWrite.map {
                .init(seconds: seconds - $0.began, silence: seconds - $0.silentSince)
            },
            prepared: .init(snapshot.prepared),
            duplicateInserts: snapshot.counts.duplicateInserts, missingUpdates: snapshot.counts.missingUpdates,
            missingDeletes: snapshot.counts.missingDeletes,
            // Neither is there yet.
            parked: 0, deadLetters: 0,
            retries: snapshot.retries, skippedStatements: progress.skippedStatements.count,
            failovers: snapshot.moves,
            lastError: (snapshot.silence(now: seconds) ?? snapshot.lastFailure).map {
                .init(time: Timestamp.text(microseconds: $0.microseconds), message: $0.message)
            },
            retention: .init(seconds: headroom.seconds, bytes: headroom.byteCount, purged: headroom.isPurged),
            mapping: .init(
                version: snapshot.mapping.version.isEmpty ? run.plan.mappingVersion : snapshot.mapping.version,
                since: snapshot.mapping.since.map { "\($0.position)" }, error: mappingError))
    }
}

/// Encodes nil as null, where Codable would leave the member out.
@propertyWrapper
public struct OrNull<Value: Codable & Sendable>: Codable, Sendable {
    public var wrappedValue: Value?

    public init(wrappedValue: Value?) {
        self.wrappedValue = wrappedValue
    }

    public init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        wrappedValue = container.decodeNil() ? nil : try container.decode(Value.self)
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        if let wrappedValue { try container.encode(wrappedValue) } else { try container.encodeNil() }
    }
}

extension KeyedDecodingContainer {
    /// A member that is missing is nil too.
    func decode<Value>(_ type: OrNull<Value>.Type, forKey key: Key) throws -> OrNull<Value> {
        try decodeIfPresent(type, forKey: key) ?? OrNull(wrappedValue: nil)
    }
}
