/// Writes forward into memory that ``Swift/Array/write(upTo:_:)`` made room for: one check for an array's growth a
/// value in place of one a byte. Each step checks what room is left, so that a bound that is too small is a trap and
/// never a write into someone else's memory.
struct ByteWriter: ~Copyable {
    private let start: UnsafeMutablePointer<UInt8>
    private var next: UnsafeMutablePointer<UInt8>
    private let end: UnsafeMutablePointer<UInt8>

    @inline(__always)
    fileprivate init(from start: UnsafeMutablePointer<UInt8>, to end: UnsafeMutablePointer<UInt8>) {
        self.start = start
        next = start
        self.end = end
    }

    /// Bytes written so far.
    @inline(__always)
    var count: Int { next - start }

    /// How many more may be written.
    @inline(__always)
    var room: Int { end - next }

    /// Takes back all but the first `count` bytes.
    @inline(__always)
    mutating func cut(to count: Int) {
        precondition(count >= 0 && count <= self.count, "more is kept than was written")
        next = start + count
    }

    /// Makes sure that `count` more bytes may be written.
    @inline(__always)
    private func require(_ count: Int) {
        precondition(room >= count, "more is written than there was said to be")
    }

    @inline(__always)
    mutating func append(_ byte: UInt8) {
        require(1)
        // SAFETY: there is room for a byte.
        next.pointee = byte
        next += 1
    }

    /// Appends the first `count` bytes of `word`, the lowest one first. Takes room for all 8.
    @inline(__always)
    mutating func append(_ word: UInt64, count: Int = 8) {
        require(8)
        precondition(UInt(bitPattern: count) <= 8, "a word has 8 bytes")
        // SAFETY: there is room for 8 bytes, and `next` moves by no more than that.
        UnsafeMutableRawPointer(next).storeBytes(of: word.littleEndian, as: UInt64.self)
        next += count
    }

    @inline(__always)
    mutating func append(_ pair: UInt16) {
        require(2)
        // SAFETY: there is room for 2 bytes.
        UnsafeMutableRawPointer(next).storeBytes(of: pair.littleEndian, as: UInt16.self)
        next += 2
    }

    @inline(__always)
    mutating func append(_ bytes: Span<UInt8>) {
        require(bytes.count)
        bytes.withUnsafeBufferPointer { source in
            guard let start = source.baseAddress else { return }
            // SAFETY: there is room for as many bytes as `source` has, and none of it lies in `source`, since the room
            // is an array's that this writer alone may use.
            if source.count > 16 {
                next.update(from: start, count: source.count)
            } else {
                copyFew(from: start, count: source.count)
            }
        }
        next += bytes.count
    }

    /// Copies up to 16 bytes, as most names and values are: a call of `memmove` takes longer. The halves overlap.
    @inline(__always)
    private func copyFew(from source: UnsafePointer<UInt8>, count: Int) {
        switch count {
        case 8...: copy(UInt64.self, from: source, count: count)
        case 4...: copy(UInt32.self, from: source, count: count)
        case 2...: copy(UInt16.self, from: source, count: count)
        case 1: next.pointee = source.pointee
        default: break
        }
    }

    /// Copies `count` bytes: as many as a `Word` has, or up to twice that.
    @inline(__always)
    private func copy<Word: BitwiseCopyable>(_ type: Word.Type, from source: UnsafePointer<UInt8>, count: Int) {
        let (source, target) = (UnsafeRawPointer(source), UnsafeMutableRawPointer(next))
        let last = count - MemoryLayout<Word>.size
        // SAFETY: both lie within the `count` bytes of either side.
        let (head, tail) = (source.loadUnaligned(as: type), source.loadUnaligned(fromByteOffset: last, as: type))
        target.storeBytes(of: head, as: type)
        target.storeBytes(of: tail, toByteOffset: last, as: type)
    }

    /// Appends the bytes `range` of `text`, which goes on for 16 bytes behind them: so they are copied 16 at a time, and
    /// their number makes no branch. Takes room for 16 bytes more.
    @inline(__always)
    mutating func append(_ range: Range<Int>, ofPadded text: Span<UInt8>) {
        require(range.count + 16)
        var offset = 0
        repeat {
            // (The load is checked.)
            let word = text.bytes.unsafeLoadUnaligned(
                fromByteOffset: range.lowerBound &+ offset, as: SIMD16<UInt8>.self)
            // SAFETY: there is room for 16 bytes behind each that is wanted.
            UnsafeMutableRawPointer(next).storeBytes(of: word, toByteOffset: offset, as: SIMD16<UInt8>.self)
            offset &+= 16
        } while offset < range.count
        next += range.count
    }

    /// Appends `text` if ``PlainText`` finds it plain; else nothing. Takes room for it.
    @inline(__always)
    mutating func append(ifPlain text: Span<UInt8>) -> Bool {
        require(text.count)
        // SAFETY: there is room for as many bytes as are copied, in memory that is this writer's alone.
        guard text.withUnsafeBytes({ PlainText.copy($0, to: next) }) else { return false }
        next += text.count
        return true
    }

    /// Appends ASCII text that the code itself holds.
    @inline(__always)
    mutating func append(_ text: StaticString) {
        // SAFETY: a literal's bytes live as long as the program.
        append(UnsafeBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount).span)
    }

    /// Takes back each `byte` at the end of what was written.
    @inline(__always)
    mutating func dropLast(_ byte: UInt8) {
        // SAFETY: behind the start there is a byte that was written.
        while next > start, next[-1] == byte { next -= 1 }
    }
}

extension [UInt8] {
    /// Lets `body` write at most `count` bytes, and appends what it wrote: nothing, if it throws.
    @inline(__always)
    mutating func write<Failure: Error>(
        upTo count: Int, _ body: (inout ByteWriter) throws(Failure) -> Void
    ) throws(Failure) {
        try append(addingCapacity: count) { (room: inout OutputSpan<UInt8>) throws(Failure) in
            try room.withUnsafeMutableBufferPointer { (buffer, written) throws(Failure) in
                guard let start = buffer.baseAddress else { return }
                // SAFETY: the writer stays between the buffer's ends, and is gone before the buffer is.
                var writer = ByteWriter(from: start, to: start + buffer.count)
                try body(&writer)
                written = writer.count
            }
        }
    }

    /// Appends all bytes of `span` in one copy.
    @inline(__always)
    package mutating func append(_ span: Span<UInt8>) {
        write(upTo: span.count) { $0.append(span) }
    }

    /// Appends the bytes `range` of `span` in one copy.
    @inline(__always)
    mutating func append(_ span: Span<UInt8>, _ range: Range<Int>) {
        append(span.extracting(range))
    }

    /// Appends ASCII text that the code itself holds.
    @inline(__always)
    package mutating func append(_ text: StaticString) {
        write(upTo: text.utf8CodeUnitCount) { $0.append(text) }
    }
}
