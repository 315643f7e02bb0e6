import BinlogReader
import Rows
import Sinks

/// What is known of a source's binary log, from questions asked now and then; and what follows from it for a pipeline's
/// position. Pure: times come in, microseconds since 1970 UTC.
struct SourceKnowledge: Sendable {
    /// How far a position is behind.
    struct Lag: Equatable, Sendable {
        /// At most so long ago was what is next committed; 0 when nothing is; nil: nothing tells.
        var seconds: Double?
        /// Log between the position and the end; nil: nobody knows where the end is by now.
        var byteCount: UInt64?
    }

    /// How far a position is from being purged. Nil: the server never does so by that measure, or nothing tells.
    struct Headroom: Equatable, Sendable {
        /// At least so long will the server keep the position's file.
        var seconds: Double?
        /// So much may be written until it goes.
        var byteCount: UInt64?
        /// Whether the server has it no more; nil: nothing tells.
        var isPurged: Bool?
    }

    /// How old the newest answer may be for "nothing more is there" to be believed, seconds.
    static let freshSeconds = 30.0
    private static let maximumSampleCount = 2_000

    /// Whose log it is, in the words of `SourceServer.logIdentity()`.
    private(set) var server: String?
    private(set) var logs: [SourceServer.BinaryLog] = []
    private(set) var retention = LogRetention()
    /// The log's end at times, oldest first: by it a position tells until when all was seen.
    private var samples: [(time: Int64, end: BinlogPosition)] = []
    /// When each file was last seen to be the one that is written.
    private var lastWritten: [String: Int64] = [:]
    /// Why the last question had no answer; nil: it had one.
    private(set) var error: String?

    var end: BinlogPosition? { samples.last?.end }
    var answered: Int64? { samples.last?.time }

    /// What is known for a position in the log of `server`: nothing where this is of another one's. Nil: any.
    func of(_ server: String?) -> SourceKnowledge {
        guard let server, let own = self.server, own != server else { return self }
        return SourceKnowledge()
    }

    /// Takes in an answer to a question asked at `time`. What another server has said is forgotten.
    mutating func learn(
        _ logs: [SourceServer.BinaryLog], _ retention: LogRetention, of server: String? = nil, time: Int64
    ) {
        if server != self.server { self = SourceKnowledge() }
        self.server = server
        error = nil
        guard let last = logs.last else { return }
        self.logs = logs
        self.retention = retention
        let end = BinlogPosition(file: last.name, offset: last.byteCount)
        // Of many times with the same end the last says all.
        if samples.last?.end == end { samples.removeLast() }
        samples.append((time, end))
        if samples.count > Self.maximumSampleCount { samples.removeFirst(Self.maximumSampleCount / 2) }
        lastWritten[last.name] = time
        if lastWritten.count > logs.count + 16 {
            let names = Set(logs.map(\.name))
            lastWritten = lastWritten.filter { names.contains($0.key) }
        }
    }

    mutating func learn(failure: String) {
        error = failure
    }

    func lag(of resume: ResumePosition, now: Int64) -> Lag {
        var lag = Lag()
        guard let end, let answered else {
            lag.seconds = resume.commitMicroseconds > 0 ? Self.seconds(from: resume.commitMicroseconds, to: now) : nil
            return lag
        }
        let isAtEnd = !resume.position.isBefore(end)
        // A source that does not answer may have gone on without us.
        let isFresh = error == nil && Self.seconds(from: answered, to: now) < Self.freshSeconds
        if !isFresh {
            lag.byteCount = nil
        } else if isAtEnd {
            lag.byteCount = 0
        } else if let index = logs.firstIndex(where: { $0.name == resume.position.file }) {
            let total = logs[index...].reduce(UInt64(0)) { $0 &+ $1.byteCount }
            lag.byteCount = total - min(total, resume.position.offset)
        }
        if isAtEnd, isFresh {
            lag.seconds = 0
            return lag
        }
        // All that was in the log at the time of a sample whose end is passed has been seen; and what is next was
        // committed after what was last. Both are bounds, and an idle source makes the second a poor one.
        let seen = samples.last { !resume.position.isBefore($0.end) }?.time
        let latest = max(seen ?? 0, resume.commitMicroseconds)
        if latest > 0 { lag.seconds = Self.seconds(from: latest, to: now) }
        return lag
    }

    func headroom(of resume: ResumePosition, now: Int64) -> Headroom {
        var headroom = Headroom()
        guard !logs.isEmpty else { return headroom }
        guard let index = logs.firstIndex(where: { $0.name == resume.position.file }) else {
            let first = BinlogPosition(file: logs[0].name, offset: 0)
            // A file that is not known yet is newer than those that are.
            return resume.position.isBefore(first)
                ? Headroom(seconds: 0, byteCount: 0, isPurged: true) : Headroom(isPurged: false)
        }
        headroom.isPurged = false
        if let keep = retention.seconds {
            // A file's age counts from its last change, and it holds at least what was committed at the position.
            let file = logs[index].name
            let written = index == logs.count - 1 ? now : max(resume.commitMicroseconds, lastWritten[file] ?? 0)
            if written > 0 { headroom.seconds = max(0, Double(written - now) / 1e6 + keep) }
        }
        if let limit = retention.byteCount {
            let kept = logs[index...].reduce(UInt64(0)) { $0 &+ $1.byteCount }
            headroom.byteCount = limit - min(limit, kept)
        }
        return headroom
    }

    private static func seconds(from: Int64, to: Int64) -> Double { max(0, Double(to - from) / 1e6) }
}
