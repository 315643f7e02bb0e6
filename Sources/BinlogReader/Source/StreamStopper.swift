import MySQLClient
import Synchronization

/// Ends a stream from any thread and at any time: what waits in ``ServerStream/advance()`` throws
/// ``StreamError/Kind/stopped``.
public final class StreamStopper: Sendable {
    private let state = Mutex<(isStopped: Bool, interrupter: Interrupter?)>((false, nil))

    public init() {}

    public func stop() {
        state.withLock { state in
            state.isStopped = true
            state.interrupter?.interrupt()
        }
    }

    public var isStopped: Bool { state.withLock { $0.isStopped } }

    func checkNotStopped() throws(StreamError) {
        if isStopped { throw StreamError(.stopped, "the stream was stopped") }
    }

    /// The connection that ``stop()`` ends.
    func watch(_ interrupter: Interrupter) throws(StreamError) {
        state.withLock { $0.interrupter = interrupter }
        try checkNotStopped()
    }
}
