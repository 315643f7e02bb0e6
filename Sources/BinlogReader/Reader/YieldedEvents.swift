internal import Rows

/// What is to be handed out, in order. Most events of a log yield nothing, and none yields more than two. In memory of its
/// own, where they are moved: an optional would have to be let go of each time, as if it might hold something.
struct YieldedEvents: ~Copyable {
    private let slots: UnsafeMutablePointer<SourceEvent>
    private var count = 0

    private static let capacity = 2

    init() {
        slots = .allocate(capacity: Self.capacity)
    }

    deinit {
        slots.deinitialize(count: count)
        slots.deallocate()
    }

    var isEmpty: Bool { count == 0 }

    mutating func add(_ event: consuming SourceEvent) {
        precondition(count < Self.capacity, "an event yields two at most")
        // SAFETY: the slot is within the memory, and holds nothing.
        (slots + count).initialize(to: event)
        count += 1
    }

    /// The first one. There must be one.
    mutating func take() -> SourceEvent {
        precondition(count > 0, "nothing was yielded")
        // SAFETY: the first `count` slots hold events, and go on doing so.
        let event = slots.move()
        count -= 1
        if count > 0 { slots.moveInitialize(from: slots + 1, count: count) }
        return event
    }
}
