import Foundation

/// SIGTERM and SIGINT, and whatever else is asked for, as something to wait for. Made before any thread starts, so that
/// every thread inherits the mask and the signals reach only the one that waits (no Swift code runs in a signal handler).
public struct ShutdownSignal: Sendable {
    private var signals: Set<Int32> = [SIGTERM, SIGINT]

    public init() {
        block()
        // A closed pipe or socket, or a file that may not grow (ulimit -f), is an error of the write that met it, not the
        // end of the process.
        signal(SIGPIPE, SIG_IGN)
        signal(SIGXFSZ, SIG_IGN)
    }

    /// This and SIGHUP, which by default ends a process: called on the same thread, before there is another.
    func withHangup() -> ShutdownSignal {
        var copy = self
        copy.signals.insert(SIGHUP)
        copy.block()
        return copy
    }

    private func block() {
        var mask = sigset_t()
        sigemptyset(&mask)
        for signal in signals { sigaddset(&mask, signal) }
        pthread_sigmask(SIG_BLOCK, &mask, nil)
    }

    /// From now on a signal ends the process at once: for commands that have nothing to finish.
    public func endProcess() {
        var mask = sigset_t()
        sigemptyset(&mask)
        for signal in signals { sigaddset(&mask, signal) }
        pthread_sigmask(SIG_UNBLOCK, &mask, nil)
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
        switch signal {
        case SIGTERM: return "SIGTERM"
        case SIGHUP: return "SIGHUP"
        default: return "SIGINT"
        }
    }
}
