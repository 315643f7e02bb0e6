import Glibc
import Synchronization

/// When a target last answered. Beaten by the thread that writes, once an answer or a few (a statement, a window of replies,
/// acknowledgements: never once a row), and read by any.
public final class Pulse: Sendable {
    /// Nanoseconds of the monotonic clock; 0: never.
    private let last = Atomic<UInt64>(0)

    public init() {}

    /// Something came back.
    public func beat() {
        var now = timespec()
        clock_gettime(CLOCK_MONOTONIC, &now)
        last.store(UInt64(now.tv_sec) * 1_000_000_000 + UInt64(now.tv_nsec), ordering: .relaxed)
    }

    /// Seconds of the monotonic clock; 0: never.
    public var lastBeat: Double { Double(last.load(ordering: .relaxed)) / 1e9 }
}
