import Foundation

/// Hands elements from one thread to another, in order, bounded in rows and bytes: a full queue blocks the producer,
/// and that is a pipeline's back pressure. An element larger than the bounds passes when the queue is empty.
final class BoundedQueue<Element: Sendable>: @unchecked Sendable {
    // @unchecked Sendable because every stored variable is touched only under `condition`'s lock.
    struct Cost: Equatable, Sendable {
        var rowCount = 0
        var byteCount = 0

        static func += (left: inout Cost, right: Cost) {
            left.rowCount += right.rowCount
            left.byteCount += right.byteCount
        }
    }

    private let condition = NSCondition()
    private let limit: Cost
    private var elements: [Element] = []
    private var used = Cost()
    private var isClosed = false

    init(limit: Cost) {
        self.limit = limit
    }

    /// Waits for room, then appends. False: the queue was closed, and the element was not taken.
    func push(_ element: Element, cost: Cost) -> Bool {
        condition.lock()
        defer { condition.unlock() }
        while !isClosed, !elements.isEmpty,
            used.rowCount + cost.rowCount > limit.rowCount || used.byteCount + cost.byteCount > limit.byteCount
        {
            condition.wait()
        }
        guard !isClosed else { return false }
        elements.append(element)
        used += cost
        condition.broadcast()
        return true
    }

    /// Takes all that is there, waiting until there is something or `seconds` have passed. Empty: closed (and then
    /// nothing will come any more) or nothing in time.
    func popAll(waiting seconds: Double) -> [Element] {
        condition.lock()
        defer { condition.unlock() }
        let deadline = Date(timeIntervalSinceNow: seconds)
        while elements.isEmpty, !isClosed {
            guard condition.wait(until: deadline) else { break }
        }
        let taken = elements
        elements.removeAll(keepingCapacity: taken.count < 4096)
        used = Cost()
        condition.broadcast()
        return taken
    }

    /// Whether nothing waits: what was popped last is all there is.
    var isEmpty: Bool {
        condition.lock()
        defer { condition.unlock() }
        return elements.isEmpty
    }

    /// Refuses what comes from now on and drops what is inside; wakes both sides.
    func close() {
        condition.lock()
        isClosed = true
        elements = []
        used = Cost()
        condition.broadcast()
        condition.unlock()
    }

    var isOpen: Bool {
        condition.lock()
        defer { condition.unlock() }
        return !isClosed
    }
}
