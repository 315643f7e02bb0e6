import Foundation

/// Tells a pipeline's threads to stop, and wakes those that wait between two tries.
final class StopFlag: @unchecked Sendable {
    // @unchecked Sendable because both variables are touched only under `condition`'s lock.
    private let condition = NSCondition()
    private var stopped = false

    var isSet: Bool {
        condition.lock()
        defer { condition.unlock() }
        return stopped
    }

    func set() {
        condition.lock()
        stopped = true
        condition.broadcast()
        condition.unlock()
    }

    /// Waits `seconds`, or until the flag is set; true if it is.
    func wait(seconds: Double) -> Bool {
        condition.lock()
        defer { condition.unlock() }
        let deadline = Date(timeIntervalSinceNow: seconds)
        while !stopped, condition.wait(until: deadline) {}
        return stopped
    }
}
