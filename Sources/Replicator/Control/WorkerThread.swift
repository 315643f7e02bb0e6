import Foundation

/// One thread of the data plane, which blocks in C clients and must not sit on Swift's cooperative pool.
final class WorkerThread: @unchecked Sendable {
    // @unchecked Sendable because `isDone` is touched only under `condition`'s lock.
    private let condition = NSCondition()
    private var isDone = false

    init(name: String, _ body: @escaping @Sendable () -> Void) {
        let thread = Thread { [self] in
            body()
            condition.lock()
            isDone = true
            condition.broadcast()
            condition.unlock()
        }
        thread.name = name
        thread.stackSize = 8 << 20
        thread.start()
    }

    /// Waits until the body has returned; false if `seconds` passed before.
    func join(within seconds: Double = .greatestFiniteMagnitude) -> Bool {
        condition.lock()
        defer { condition.unlock() }
        let deadline = seconds > 1e9 ? Date.distantFuture : Date(timeIntervalSinceNow: seconds)
        while !isDone {
            guard condition.wait(until: deadline) else { return isDone }
        }
        return true
    }
}
