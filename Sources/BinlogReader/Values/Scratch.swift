/// Memory of trivial values that is filled anew for every event, so that what leaves is one copy of the right size.
struct Scratch<Element: BitwiseCopyable>: ~Copyable {
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
    mutating func reserve(_ extra: Int) {
        if capacity &- count < extra { grow(extra) }
    }

    @inline(never)
    private mutating func grow(_ extra: Int) {
        let larger = max(capacity * 2, count + extra)
        let moved = UnsafeMutablePointer<Element>.allocate(capacity: larger)
        moved.update(from: base, count: count)
        base.deallocate()
        base = moved
        capacity = larger
    }

    @inline(__always)
    mutating func append(_ element: Element) {
        reserve(1)
        base[count] = element
        count &+= 1
    }

    /// Replaces what `array` holds by a copy of what is set, in the same memory if that is large enough.
    @inline(__always)
    func copy(to array: inout ContiguousArray<Element>) {
        if array.count == count {
            // As the same memory mostly held just before. Far less to do than below.
            array.withUnsafeMutableBufferPointer { $0.baseAddress?.update(from: base, count: count) }
            return
        }
        array.removeAll(keepingCapacity: true)
        array.append(contentsOf: UnsafeBufferPointer(start: base, count: count))
    }

    /// Forgets what is set, and gives memory back that an unusually large event took.
    mutating func clear(keeping limit: Int) {
        count = 0
        guard capacity > limit else { return }
        base.deallocate()
        base = .allocate(capacity: limit)
        capacity = limit
    }
}
