internal import Glibc

/// What has been read of a file or a stream and is not passed over yet, in one piece of memory that moves forward. Owns
/// the memory, which is of malloc: a large piece grows without being copied.
struct ByteWindow: ~Copyable {
    private var memory: UnsafeMutableRawBufferPointer
    /// The bytes that are there lie from `start` to `end`.
    private var start = 0
    private var end = 0

    /// Small enough to stay in a core's cache: what the kernel copies there is read again at once.
    static let usualCapacity = 256 << 10
    /// Memory beyond this is what a large event took.
    static let greatestKept = 4 * usualCapacity

    init() {
        memory = UnsafeMutableRawBufferPointer(start: nil, count: 0)
        resize(to: Self.usualCapacity)
    }

    deinit {
        free(memory.baseAddress)
    }

    var count: Int { end &- start }
    var capacity: Int { memory.count }

    /// The first `count` bytes, fewer where there are not so many. Valid until the window changes.
    @inline(__always)
    func first(_ count: Int) -> UnsafeRawBufferPointer {
        UnsafeRawBufferPointer(rebasing: memory[start..<min(end, start + count)])
    }

    /// Passes over `count` bytes that are there.
    @inline(__always)
    mutating func skip(_ count: Int) {
        precondition(count >= 0 && count <= end - start, "more passed over than is there")
        start += count
    }

    mutating func removeAll() {
        start = 0
        end = 0
    }

    /// The memory behind the bytes, to be filled from its beginning.
    var room: UnsafeMutableRawBufferPointer { UnsafeMutableRawBufferPointer(rebasing: memory[end...]) }

    /// `count` bytes were put into ``room``.
    mutating func fill(_ count: Int) {
        precondition(count >= 0 && count <= memory.count - end, "more filled than there was room for")
        end += count
    }

    /// Moves what is there to the front of memory for `count` bytes, and gives back what a large event took.
    mutating func makeRoom(for count: Int) {
        let kept = end - start
        let capacity = max(count, kept, Self.usualCapacity)
        if start > 0, let base = memory.baseAddress {
            memmove(base, base + start, kept)
            start = 0
            end = kept
        }
        guard memory.count < capacity || memory.count > max(capacity, Self.greatestKept) else { return }
        resize(to: capacity)
    }

    private mutating func resize(to capacity: Int) {
        guard let moved = realloc(memory.baseAddress, capacity) else {
            preconditionFailure("no memory for an event of \(capacity) bytes")
        }
        memory = UnsafeMutableRawBufferPointer(start: moved, count: capacity)
    }
}
