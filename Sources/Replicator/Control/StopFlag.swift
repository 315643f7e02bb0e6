import Synchronization

/// Tells a pipeline's threads to stop, and wakes those that wait between two tries.
final class StopFlag: Sendable {
    private let isStopped = Monitor(false)
    /// The same, for who asks at every event.
    private let isSeen = Atomic(false)

    var isSet: Bool { isSeen.load(ordering: .relaxed) }

    func set() {
        isSeen.store(true, ordering: .relaxed)
        isStopped.update { $0 = true }
    }

    /// Waits `seconds`, or until the flag is set; true if it is.
    func wait(seconds: Double) -> Bool {
        isStopped.wait(seconds: seconds, until: { $0 }, then: { _, isSet in isSet })
    }
}
