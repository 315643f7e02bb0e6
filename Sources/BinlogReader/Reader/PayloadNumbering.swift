/// Numbers the rows of events that all lie at one offset of the log: those inside a payload, and those of a prepared
/// transaction, which count as logged where it is committed. What tells them apart, in order, is their ``Row/index``: an event's
/// first row has the number of bytes of rows in the events before it (``RowsEvent/byteCount(ofRowsIn:)``: of compressed
/// ones, what they are inflated to). Each row takes a byte at least, so no two have the same number; and it does not
/// depend on which tables are selected, since rows that nobody decodes count too.
struct PayloadNumbering: Equatable {
    let offset: UInt64
    private var next: UInt64 = 0

    /// `offset`: of the payload's event.
    init(offset: UInt64) {
        self.offset = offset
    }

    /// Where the rows of the next event are said to lie, and the index of the first. An index has 32 bits: rows behind
    /// the first 4 GiB lie at the next offset, which is still inside the payload, and count from 0 again.
    /// - Parameter byteCount: how many bytes the event's rows take.
    mutating func number(rowsOf byteCount: UInt64) -> (offset: UInt64, firstIndex: Int) {
        let room = UInt64(UInt32.max) - next & UInt64(UInt32.max)
        if byteCount > room { next = (next >> 32 &+ 1) << 32 }
        defer { next &+= byteCount }
        return (offset &+ next >> 32, Int(next & UInt64(UInt32.max)))
    }
}
