/// Why no event could be made ready.
enum FrameFault: Error {
    /// The file ends inside it; what is known of its header.
    case truncated(type: UInt8?, size: UInt32?)
    /// What should be its header says an impossible size.
    case size(UInt32)
    case file(FileSourceError)
}

extension BinlogFile {
    /// Makes the next event ready to be looked at, and returns its size; 0 at the end of the file.
    /// - Parameter last: the event before, since after the one that closes the file zeros may follow.
    mutating func readEvent(after last: EventType?) throws(FrameFault) -> Int {
        if remaining < UInt64(EventHeader.byteCount) { try remeasure() }
        if remaining == 0 { return 0 }
        let head = try look(EventHeader.byteCount)
        guard head.count == EventHeader.byteCount else { throw .truncated(type: nil, size: nil) }
        let size = Self.size(head)
        guard size >= EventHeader.byteCount else {
            if try isPadding(after: last) { return 0 }
            throw .size(size)
        }
        let type = head[4]
        if UInt64(size) > remaining {
            try remeasure()
            guard UInt64(size) <= remaining else { throw .truncated(type: type, size: size) }
        }
        guard try look(Int(size)).count == Int(size) else { throw .truncated(type: type, size: size) }
        return Int(size)
    }

    /// True if what begins at the offset says itself that it ends where it does.
    mutating func looksLikeEvent() throws(FileSourceError) -> Bool {
        let head = try peek(EventHeader.byteCount)
        guard head.count == EventHeader.byteCount else { return false }
        let size = Self.size(head)
        let next = UInt32(littleEndian: head.loadUnaligned(fromByteOffset: 13, as: UInt32.self))
        return size >= EventHeader.byteCount && UInt64(size) <= remaining
            && next == UInt32(truncatingIfNeeded: offset + UInt64(size))
    }

    /// The type code of the event at the offset; nil at the end.
    mutating func nextType() throws(FileSourceError) -> EventType? {
        let head = try peek(EventHeader.byteCount)
        return head.count == EventHeader.byteCount ? EventType(rawValue: head[4]) : nil
    }

    private static func size(_ head: UnsafeRawBufferPointer) -> UInt32 {
        UInt32(littleEndian: head.loadUnaligned(fromByteOffset: 9, as: UInt32.self))
    }

    /// True where a file that was properly ended is filled up with zeros, as some cloud services do. They are passed
    /// over.
    private mutating func isPadding(after last: EventType?) throws(FrameFault) -> Bool {
        guard last == .rotate || last == .stop else { return false }
        while remaining > 0 {
            let bytes = try look(Int(min(remaining, 65_536)))
            if bytes.isEmpty { break }
            guard bytes.allSatisfy({ $0 == 0 }) else { return false }
            skip(bytes.count)
        }
        return true
    }

    @inline(__always)
    private mutating func look(_ count: Int) throws(FrameFault) -> UnsafeRawBufferPointer {
        do {
            return try peek(count)
        } catch {
            throw .file(error)
        }
    }

    private mutating func remeasure() throws(FrameFault) {
        do {
            try measure()
        } catch {
            throw .file(error)
        }
    }
}
