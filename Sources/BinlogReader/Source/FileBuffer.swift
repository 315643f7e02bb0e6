internal import Glibc

/// Bytes of a file on their way through: what is read and not yet passed over lies in one piece.
final class FileBuffer {
    private var memory: UnsafeMutableRawBufferPointer
    private var start = 0
    private var end = 0
    /// Small enough to stay in a core's cache: the copy out of the kernel is read again at once.
    static let usualCapacity = 256 * 1024

    init() {
        memory = .allocate(byteCount: Self.usualCapacity, alignment: 16)
    }

    deinit {
        memory.deallocate()
    }

    var count: Int { end - start }

    /// What is there. Valid until the next call of ``fill(to:from:)`` or ``clear()``.
    var bytes: UnsafeRawBufferPointer { UnsafeRawBufferPointer(rebasing: memory[start..<end]) }

    func clear() {
        start = 0
        end = 0
    }

    func drop(_ count: Int) {
        precondition(count <= self.count, "more dropped than there is")
        start += count
    }

    /// Reads on until `count` bytes are there, or the file ends. The caller answers for `count`: that much memory is
    /// taken. Returns `errno` of what failed, 0 if nothing did.
    func fill(to count: Int, from descriptor: Int32) -> Int32 {
        makeRoom(for: count)
        while end - start < count {
            let result = read(descriptor, memory.baseAddress?.advanced(by: end), memory.count - end)
            if result < 0 {
                if errno == EINTR { continue }
                return errno
            }
            if result == 0 { break }
            end += result
        }
        return 0
    }

    /// Moves what is there to the front of memory that holds `count` bytes, and no more than it has to.
    private func makeRoom(for count: Int) {
        let capacity = max(count, Self.usualCapacity)
        if memory.count >= capacity, memory.count <= max(capacity, 4 * Self.usualCapacity) {
            if start > 0 { memory.copyMemory(from: bytes) }
        } else {
            let moved = UnsafeMutableRawBufferPointer.allocate(byteCount: capacity, alignment: 16)
            moved.copyMemory(from: bytes)
            memory.deallocate()
            memory = moved
        }
        end -= start
        start = 0
    }
}
