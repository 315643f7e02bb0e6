import Glibc
import Rows

/// Points in time for people and for reckoning.
enum Timestamp {
    /// Microseconds since 1970 UTC, by the machine's clock: what commit times are compared with.
    static var nowMicroseconds: Int64 {
        let now = read(CLOCK_REALTIME)
        return Int64(now.tv_sec) * 1_000_000 + Int64(now.tv_nsec) / 1000
    }

    /// Seconds of a clock that nobody sets: for measuring how long something takes.
    static var monotonicSeconds: Double {
        let now = read(CLOCK_MONOTONIC)
        return Double(now.tv_sec) + Double(now.tv_nsec) / 1e9
    }

    /// `2026-11-20T10:00:00.123456Z`; the fraction only where it is not zero.
    static func text(microseconds: Int64) -> String {
        var bytes: [UInt8] = []
        CommitTime.append(microseconds: microseconds, to: &bytes)
        return String(decoding: bytes, as: UTF8.self)
    }

    private static func read(_ clock: clockid_t) -> timespec {
        var time = timespec()
        clock_gettime(clock, &time)
        return time
    }
}
