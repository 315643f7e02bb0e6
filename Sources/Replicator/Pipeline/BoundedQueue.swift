/// Hands elements from one thread to another, in order, bounded in rows and bytes: a full queue blocks the producer,
/// and that is a pipeline's back pressure. An element larger than the bounds passes when the queue is empty.
final class BoundedQueue<Element: Sendable>: Sendable {
    struct Cost: Equatable, Sendable {
        var rowCount = 0
        var byteCount = 0

        static func += (left: inout Cost, right: Cost) {
            left.rowCount += right.rowCount
            left.byteCount += right.byteCount
        }
    }

    private struct State {
        var elements: [Element] = []
        var used = Cost()
        var isClosed = false

        func hasRoom(for cost: Cost, within limit: Cost) -> Bool {
            elements.isEmpty
                || used.rowCount + cost.rowCount <= limit.rowCount && used.byteCount + cost.byteCount <= limit.byteCount
        }
    }

    private let limit: Cost
    private let state = Monitor(State())

    init(limit: Cost) {
        self.limit = limit
    }

    /// Waits for room, then appends. False: the queue was closed, and the element was not taken.
    func push(_ element: Element, cost: Cost) -> Bool {
        state.wait(until: { $0.isClosed || $0.hasRoom(for: cost, within: limit) }) { state, _ in
            guard !state.isClosed else { return false }
            state.elements.append(element)
            state.used += cost
            return true
        }
    }

    /// Takes all that is there, waiting until there is something or `seconds` have passed. Empty: closed (and then
    /// nothing will come any more) or nothing in time.
    func popAll(waiting seconds: Double) -> [Element] {
        state.wait(seconds: seconds, until: { $0.isClosed || !$0.elements.isEmpty }) { state, _ in
            state.used = Cost()
            var taken: [Element] = []
            swap(&taken, &state.elements)
            return taken
        }
    }

    /// Whether nothing waits: what was popped last is all there is.
    var isEmpty: Bool { state.read { $0.elements.isEmpty } }

    /// What waits inside now.
    var used: Cost { state.read { $0.used } }

    /// Refuses what comes from now on and drops what is inside; wakes both sides.
    func close() {
        state.update {
            $0.isClosed = true
            $0.elements = []
            $0.used = Cost()
        }
    }

    var isOpen: Bool { state.read { !$0.isClosed } }
}
