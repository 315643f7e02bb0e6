/// Memory of trivial values that is filled anew for every event, so that what leaves is one copy of the right size.
final class Scratch<Element: BitwiseCopyable> {
    private(set) var base: UnsafeMutablePointer<Element>
    private(set) var capacity: Int
    /// Elements from `base` that are set. The caller keeps it within `capacity`.
    var count = 0

    init(capacity: Int) {
        base = .allocate(capacity: capacity)
        self.capacity = capacity
    }

    deinit {
        base.deallocate()
    }

    /// Makes room for `extra` elements behind `count`.
    @inline(__always)
    func reserve(_ extra: Int) {
        if capacity &- count < extra { grow(extra) }
    }

    @inline(never)
    private func grow(_ extra: Int) {
        let larger = max(capacity * 2, count + extra)
        let moved = UnsafeMutablePointer<Element>.allocate(capacity: larger)
        moved.update(from: base, count: count)
        base.deallocate()
        base = moved
        capacity = larger
    }

    /// A copy of what is set.
    func copy() -> ContiguousArray<Element> {
        ContiguousArray(UnsafeBufferPointer(start: base, count: count))
    }

    /// Gives memory back that an unusually large event took.
    func shrink(to limit: Int) {
        guard capacity > limit else { return }
        count = 0
        base.deallocate()
        base = .allocate(capacity: limit)
        capacity = limit
    }
}
