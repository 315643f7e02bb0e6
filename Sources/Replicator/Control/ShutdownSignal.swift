import Foundation

/// SIGTERM and SIGINT as something to wait for. Made before any thread starts, so that every thread inherits the mask
/// and the signals reach only the one that waits (no Swift code runs in a signal handler).
public struct ShutdownSignal: Sendable {
    private let signals: Set<Int32> = [SIGTERM, SIGINT]

    public init() {
        var mask = sigset_t()
        sigemptyset(&mask)
        for signal in signals { sigaddset(&mask, signal) }
        pthread_sigmask(SIG_BLOCK, &mask, nil)
        // A closed pipe or socket is an error of the write that met it, not the end of the process.
        signal(SIGPIPE, SIG_IGN)
    }

    /// Waits up to `seconds` for a signal; its name, or nil when none came.
    public func wait(seconds: Double) -> String? {
        var mask = sigset_t()
        sigemptyset(&mask)
        for signal in signals { sigaddset(&mask, signal) }
        var time = timespec()
        time.tv_sec = Int(seconds)
        time.tv_nsec = Int((seconds - seconds.rounded(.down)) * 1e9)
        let signal = sigtimedwait(&mask, nil, &time)
        guard signals.contains(signal) else { return nil }
        return signal == SIGTERM ? "SIGTERM" : "SIGINT"
    }
}
