/// Tells a pipeline's threads to stop, and wakes those that wait between two tries.
final class StopFlag: Sendable {
    private let isStopped = Monitor(false)

    var isSet: Bool { isStopped.read { $0 } }

    func set() {
        isStopped.update { $0 = true }
    }

    /// Waits `seconds`, or until the flag is set; true if it is.
    func wait(seconds: Double) -> Bool {
        isStopped.wait(seconds: seconds, until: { $0 }, then: { _, isSet in isSet })
    }
}
