import Foundation

/// One thread of the data plane, which blocks in C clients and must not sit on Swift's cooperative pool.
final class WorkerThread: Sendable {
    private let isDone = Monitor(false)

    init(name: String, _ body: @escaping @Sendable () -> Void) {
        let thread = Thread { [isDone] in
            body()
            isDone.update { $0 = true }
        }
        thread.name = name
        thread.stackSize = 8 << 20
        thread.start()
    }

    /// Waits until the body has returned; false if `seconds` passed before.
    func join(within seconds: Double = .infinity) -> Bool {
        isDone.wait(seconds: seconds, until: { $0 }, then: { _, isDone in isDone })
    }
}
