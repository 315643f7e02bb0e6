internal import Rows

/// Batches that nobody needs any more: the next ones are made in their memory. To make and free the three arrays of a
/// batch takes as long as to decode a row.
struct SpareBatches {
    private var batches: [RowBatch] = []

    /// As many as a small transaction has.
    private static let greatestCount = 64
    /// One that takes more is rare, and is not kept.
    private static let greatestByteCount = 128 << 10

    mutating func add(_ batch: consuming RowBatch) {
        let byteCount = batch.bytes.capacity + batch.cells.capacity * MemoryLayout<Cell>.stride
        guard batches.count < Self.greatestCount, byteCount <= Self.greatestByteCount else { return }
        if !batch.computed.isEmpty { batch.computed = [] }
        if batch.projection != nil { batch.projection = nil }
        batches.append(batch)
    }

    /// A batch of `table`, whose bytes, cells and rows are to be set.
    mutating func take(for table: Table, _ origin: Origin) -> RowBatch {
        guard let last = batches.indices.last else { return RowBatch(table: table, origin: origin) }
        // In place: a variable in between would be a copy, which takes hold of all parts. And the file mostly stays: to look at
        // it takes less than to take hold of one string and let go of the other. (The GTID is mostly another.)
        batches.withUnsafeMutableBufferPointer { batches in
            if batches[last].table !== table { batches[last].table = table }
            batches[last].origin.gtid = origin.gtid
            if batches[last].origin.position.file != origin.position.file {
                batches[last].origin.position.file = origin.position.file
            }
            batches[last].origin.position.offset = origin.position.offset
            batches[last].origin.commitMicroseconds = origin.commitMicroseconds
        }
        return batches.removeLast()
    }
}
