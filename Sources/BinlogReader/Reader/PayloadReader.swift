/// Reads the events inside a ``TransactionPayload`` one after the other. Memory holds the event being read and some bytes
/// behind it, whatever the payload's size. Confined to one thread; kept from payload to payload.
final class PayloadReader {
    private let zstd = ZstdStream()
    private var payload: TransactionPayload
    /// Where in the outer event the next compressed bytes lie.
    private var readOffset = 0
    /// Before this, what was read of the outer event went back to the system.
    private var discardedOffset = 0
    /// ``EventSource/lendsForGood``
    private let movesLargeEvents: Bool
    /// Decompressed bytes.
    private var window = ByteWindow()
    /// Bytes of the payload that were passed over, where nothing is to be undone.
    private var plainCount = 0
    /// Bytes decompressed so far.
    private var uncompressedCount: UInt64 = 0
    /// Of the event handed out last, which is passed over next.
    private var eventSize = 0
    /// Events handed out.
    private(set) var eventCount = 0
    /// Numbers the rows of the whole payload.
    var numbering = PayloadNumbering(offset: 0)

    /// No server makes or takes a larger event (`MAX_MAX_ALLOWED_PACKET`).
    private static let greatestEventSize = 1 << 30
    /// Compressed bytes that are read at once, and then given back.
    private static let stepByteCount = 1 << 20

    /// `offset`: of the payload's event in its file. `movesLargeEvents`: the memory of compressed events may be given back
    /// as they are read.
    init(_ payload: TransactionPayload, at offset: UInt64, movesLargeEvents: Bool) {
        self.payload = payload
        self.movesLargeEvents = movesLargeEvents
        begin(payload, at: offset)
    }

    func begin(_ payload: TransactionPayload, at offset: UInt64) {
        self.payload = payload
        numbering = PayloadNumbering(offset: offset)
        readOffset = payload.range.lowerBound
        discardedOffset = readOffset
        (plainCount, uncompressedCount, eventSize, eventCount) = (0, 0, 0, 0)
        window.removeAll()
        zstd.reset()
    }

    /// The next event; nil behind the last one. Valid until the next call.
    /// - Parameter outer: the whole event that holds the payload.
    func next(in outer: UnsafeRawBufferPointer) throws(DecodeError) -> UnsafeRawBufferPointer? {
        if payload.compression == .none { plainCount += eventSize } else { window.skip(eventSize) }
        eventSize = 0
        let head = try look(EventHeader.byteCount, outer)
        if head.isEmpty {
            try finish()
            return nil
        }
        guard head.count == EventHeader.byteCount else { throw .payload(.cutOff) }
        let size = UInt32(littleEndian: head.loadUnaligned(fromByteOffset: 9, as: UInt32.self))
        guard size >= EventHeader.byteCount, size <= Self.greatestEventSize else { throw .size(size) }
        let event = try look(Int(size), outer)
        guard event.count == Int(size) else { throw .payload(.cutOff) }
        eventSize = Int(size)
        eventCount += 1
        return event
    }

    private func finish() throws(DecodeError) {
        guard zstd.isComplete else { throw .payload(.cutOff) }
        if let declared = payload.uncompressedSize, declared != uncompressedCount {
            throw .payload(.size(declared: declared, found: uncompressedCount))
        }
    }

    /// The next `count` bytes, fewer only at the payload's end.
    private func look(_ count: Int, _ outer: UnsafeRawBufferPointer) throws(DecodeError) -> UnsafeRawBufferPointer {
        if payload.compression == .none { return lookAtPlain(count, outer) }
        if window.count < count || window.capacity > ByteWindow.greatestKept { try fill(to: count, outer) }
        return window.first(count)
    }

    /// Nothing to undo: the outer event has the bytes.
    private func lookAtPlain(_ count: Int, _ outer: UnsafeRawBufferPointer) -> UnsafeRawBufferPointer {
        let first = payload.range.lowerBound + plainCount
        uncompressedCount = UInt64(payload.range.count)
        return UnsafeRawBufferPointer(rebasing: outer[first..<min(payload.range.upperBound, first + count)])
    }

    private func fill(to count: Int, _ outer: UnsafeRawBufferPointer) throws(DecodeError) {
        makeRoom(for: count)
        while window.count < count {
            if window.room.isEmpty { makeRoom(for: count) }
            let end = min(payload.range.upperBound, readOffset + Self.stepByteCount)
            let input = UnsafeRawBufferPointer(rebasing: outer[readOffset..<end])
            guard let step = zstd.decompress(input, to: window.room) else {
                throw .payload(.corrupt(at: readOffset))
            }
            readOffset += step.read
            discardRead(of: outer)
            window.fill(step.written)
            uncompressedCount += UInt64(step.written)
            if let declared = payload.uncompressedSize, uncompressedCount > declared {
                throw .payload(.size(declared: declared, found: nil))
            }
            if step.written == 0 {
                if input.isEmpty { return }
                // libzstd can always go on where there is room; this keeps us from waiting for it for ever.
                guard step.read > 0 else { throw .payload(.corrupt(at: readOffset)) }
            }
        }
    }

    /// Gives back what was read of a large event: else it would be there beside all that comes of it.
    private func discardRead(of outer: UnsafeRawBufferPointer) {
        guard movesLargeEvents, readOffset - discardedOffset >= Self.stepByteCount else { return }
        Pages.discard(UnsafeRawBufferPointer(rebasing: outer[discardedOffset..<readOffset]))
        discardedOffset = readOffset
    }

    /// Makes the window as large as an event of `count` bytes needs by now: twice what has come of it, and no more because
    /// a header says so.
    private func makeRoom(for count: Int) {
        window.makeRoom(for: min(count, 2 * window.count))
    }
}
