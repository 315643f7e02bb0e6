internal import Glibc
internal import Rows

/// Reads the records of a ``Spool`` from front to end. Memory holds the record being read and some bytes behind it.
final class SpoolReader {
    let spool: Spool
    private var memory: UnsafeMutableRawBufferPointer
    /// Bytes that are not passed over lie from `start` to `end`; what follows them lies at `offset` of the spool.
    private var start = 0
    private var end = 0
    private var offset: UInt64 = 0
    /// Of the record handed out last, which is passed over next.
    private var recordCount = 0

    private static let usualCapacity = 256 << 10

    init(_ spool: Spool) {
        self.spool = spool
        memory = .allocate(byteCount: Self.usualCapacity, alignment: 16)
    }

    deinit {
        memory.deallocate()
    }

    /// The next record, valid until the next call; nil: there is none where one should be. Throws what the disk says.
    func next() throws(SpoolError) -> SpoolRecord? {
        start += recordCount
        recordCount = 0
        guard let head = SpoolRecord.announced(try look(SpoolRecord.headCount)) else { return nil }
        let count = SpoolRecord.headCount + head.count
        // A length is a claim: memory is taken for what is there.
        guard UInt64(count) <= UInt64(end - start) + (spool.byteCount - min(offset, spool.byteCount)),
            let record = SpoolRecord(try look(count))
        else { return nil }
        recordCount = count
        return record
    }

    /// The next `count` bytes, fewer only at the end.
    private func look(_ count: Int) throws(SpoolError) -> UnsafeRawBufferPointer {
        if end - start < count {
            makeRoom(for: count)
            let read = try spool.read(into: UnsafeMutableRawBufferPointer(rebasing: memory[end...]), at: offset)
            end += read
            offset += UInt64(read)
        }
        return UnsafeRawBufferPointer(rebasing: memory[start..<min(end, start + count)])
    }

    /// Moves what is there to the front of memory that holds `count` bytes, and gives back what a large event took.
    private func makeRoom(for count: Int) {
        let capacity = max(count, Self.usualCapacity)
        let kept = UnsafeRawBufferPointer(rebasing: memory[start..<end])
        if memory.count >= capacity, memory.count <= max(capacity, 4 * Self.usualCapacity) {
            memory.copyMemory(from: kept)
        } else {
            let moved = UnsafeMutableRawBufferPointer.allocate(byteCount: capacity, alignment: 16)
            moved.copyMemory(from: kept)
            memory.deallocate()
            memory = moved
        }
        end -= start
        start = 0
    }
}
