import BinlogReader
import Foundation
import Rows
import Sinks

extension TimePoint {
    /// This machine's clock, microseconds since 1970 UTC.
    static var now: Int64 { Int64(Date().timeIntervalSince1970 * 1_000_000) }

    /// Microseconds since 1970 UTC. Throws if that is after `now`, by the source's clock: nothing was committed there
    /// yet, and to wait for it would hold back what is committed meanwhile.
    func past(now: Int64) throws -> Int64 {
        var time = microseconds(now: now)
        // Logs may have whole seconds, cut off: what was committed later in the second belongs to it.
        if case .ago = self { time -= time % 1_000_000 }
        guard time <= now else {
            throw PlanError(
                "cannot start at \(Self.text(time)): it is in the future (it is \(Self.text(now)) there now); --start "
                    + "latest begins now")
        }
        return time
    }

    /// As `commit_time` prints it.
    static func text(_ microseconds: Int64) -> String {
        var text: [UInt8] = []
        CommitTime.append(microseconds: microseconds, to: &text)
        return String(decoding: text, as: UTF8.self)
    }
}

extension ResumePosition {
    /// Where reading starts to have all that was committed at or after `time`. Throws if a part of that is gone.
    init(_ place: TimePlace, time: Int64, isServer: Bool, say: (String) -> Void) throws {
        switch place {
        case .found(let position, let previous, let begins), .end(let position, let previous, let begins):
            if let begins {
                say(
                    "the log began at \(TimePoint.text(begins)), after \(TimePoint.text(time)), with nothing before it: "
                        + "starting with its first change")
            }
            self.init(position: position, gtids: "", commitMicroseconds: previous)
        case .gone(let oldest, let begins):
            let begin = TimePoint.text(begins)
            throw PlanError(
                isServer
                    ? "cannot start at \(TimePoint.text(time)): the server's oldest binary log, \(oldest), begins at "
                        + "\(begin), and what was committed before is purged. Ways out: restore the purged files on the "
                        + "server; or bring the target up to date by other means, and --start earliest"
                    : "cannot start at \(TimePoint.text(time)): the oldest file, \(oldest), begins at \(begin). Ways out: "
                        + "put the files before it beside it; or do without what was committed before, with --start "
                        + "earliest")
        }
    }
}
