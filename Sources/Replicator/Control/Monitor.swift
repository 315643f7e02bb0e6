import Glibc

/// State that several threads share, with the lock that guards it and the waiting for it to change. Times are of the
/// monotonic clock: setting the machine's clock neither ends nor prolongs a wait (Foundation's NSCondition waits by
/// the wall clock, and traps on a date too far ahead).
final class Monitor<State>: @unchecked Sendable {
    // @unchecked Sendable because `state` is touched only under `mutex`.
    private var state: State
    private let mutex = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
    private let changed = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)

    init(_ state: sending State) {
        self.state = state
        pthread_mutex_init(mutex, nil)
        var attributes = pthread_condattr_t()
        pthread_condattr_init(&attributes)
        pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC)
        pthread_cond_init(changed, &attributes)
        pthread_condattr_destroy(&attributes)
    }

    deinit {
        pthread_cond_destroy(changed)
        pthread_mutex_destroy(mutex)
        changed.deallocate()
        mutex.deallocate()
    }

    /// Reads the state.
    func read<Value>(_ body: (State) -> Value) -> Value {
        pthread_mutex_lock(mutex)
        defer { pthread_mutex_unlock(mutex) }
        return body(state)
    }

    /// Changes the state, and wakes all that wait.
    func update<Value>(_ body: (inout State) -> Value) -> Value {
        pthread_mutex_lock(mutex)
        defer { pthread_mutex_unlock(mutex) }
        let value = body(&state)
        pthread_cond_broadcast(changed)
        return value
    }

    /// Waits until `isReady`, at most `seconds`, then changes the state as `update` does. `body` is told whether
    /// `isReady` holds; it runs either way.
    func wait<Value>(
        seconds: Double = .infinity, until isReady: (State) -> Bool, then body: (inout State, _ isReady: Bool) -> Value
    ) -> Value {
        pthread_mutex_lock(mutex)
        defer { pthread_mutex_unlock(mutex) }
        var deadline = Self.time(in: seconds)
        var ready = isReady(state)
        while !ready {
            let code =
                seconds.isFinite
                ? pthread_cond_timedwait(changed, mutex, &deadline) : pthread_cond_wait(changed, mutex)
            ready = isReady(state)
            if code == ETIMEDOUT { break }
        }
        let value = body(&state, ready)
        pthread_cond_broadcast(changed)
        return value
    }

    private static func time(in seconds: Double) -> timespec {
        var time = timespec()
        guard seconds.isFinite else { return time }
        clock_gettime(CLOCK_MONOTONIC, &time)
        let bounded = min(max(seconds, 0), 1e9)
        let nanoseconds = time.tv_nsec + Int((bounded - bounded.rounded(.down)) * 1e9)
        time.tv_sec += Int(bounded) + nanoseconds / 1_000_000_000
        time.tv_nsec = nanoseconds % 1_000_000_000
        return time
    }
}
