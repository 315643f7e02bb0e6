import Sinks
import Synchronization

/// What a pipeline has done, gathered from all its threads.
final class Progress: Sendable {
    struct Snapshot: Sendable {
        var rows = 0
        var counts = WriteCounts()
        var retries = 0
        var resume: ResumePosition?
        var lastError: String?
        var isFailing = false
    }

    private let state = Mutex(Snapshot())

    var snapshot: Snapshot { state.withLock { $0 } }

    func wrote(rows: Int, counts: WriteCounts) {
        state.withLock {
            $0.rows += rows
            $0.counts += counts
        }
    }

    func reached(_ resume: ResumePosition) {
        state.withLock { $0.resume = resume }
    }

    func retried(_ error: String) {
        state.withLock {
            $0.retries += 1
            $0.lastError = error
            $0.isFailing = true
        }
    }

    func recovered() {
        state.withLock { $0.isFailing = false }
    }
}
