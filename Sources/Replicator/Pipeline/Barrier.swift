import Foundation
import Sinks

/// A mark that stands in every lane at the same transaction end. When all lanes have flushed what came before it,
/// everything before `resume` is in the target (asynchronous barrier snapshots).
final class Barrier: @unchecked Sendable {
    // @unchecked Sendable because `remaining` is touched only under `condition`'s lock.
    /// Nil: the lanes only flush, since a transaction is under way whose first part they have.
    let resume: ResumePosition?
    private let condition = NSCondition()
    private var remaining: Int

    init(resume: ResumePosition?, lanes: Int) {
        self.resume = resume
        remaining = lanes
    }

    /// Called by each lane once, when it has flushed.
    func pass() {
        condition.lock()
        remaining -= 1
        condition.broadcast()
        condition.unlock()
    }

    /// Waits until all lanes have passed; false when `giveUp` answers true first (asked a few times a second).
    func wait(until giveUp: () -> Bool) -> Bool {
        condition.lock()
        defer { condition.unlock() }
        while remaining > 0 {
            if giveUp() { return false }
            _ = condition.wait(until: Date(timeIntervalSinceNow: 0.05))
        }
        return true
    }
}
