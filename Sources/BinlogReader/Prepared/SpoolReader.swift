internal import Rows

/// Reads the records of a ``Spool`` from front to end. Memory holds the record being read and some bytes behind it.
final class SpoolReader {
    let spool: Spool
    private var window = ByteWindow()
    /// Where in the spool what follows the window lies.
    private var offset: UInt64 = 0
    /// Of the record handed out last, which is passed over next.
    private var recordCount = 0
    private var eventOffset: UInt64 = 0

    init(_ spool: Spool) {
        self.spool = spool
    }

    /// Where the event that was handed out last was logged.
    var position: BinlogPosition { BinlogPosition(file: spool.start.file, offset: eventOffset) }

    /// The next record, valid until the next call; nil: there is none where one should be. Throws what the disk says.
    func next() throws(SpoolError) -> SpoolRecord? {
        window.skip(recordCount)
        recordCount = 0
        guard let head = SpoolRecord.announced(try look(SpoolRecord.headCount)) else { return nil }
        let count = SpoolRecord.headCount + head.count
        // A length is a claim: memory is taken for what is there.
        guard UInt64(count) <= UInt64(window.count) + (spool.byteCount - min(offset, spool.byteCount)),
            let record = SpoolRecord(try look(count))
        else { return nil }
        recordCount = count
        eventOffset = record.offset
        return record
    }

    /// The next `count` bytes, fewer only at the end.
    private func look(_ count: Int) throws(SpoolError) -> UnsafeRawBufferPointer {
        if window.count < count {
            window.makeRoom(for: count)
            let read = try spool.read(into: window.room, at: offset)
            window.fill(read)
            offset += UInt64(read)
        }
        return window.first(count)
    }
}
