public import Rows

/// The events of a binlog file, or of a folder of them in sequence order. Confined to one thread.
public final class FileSource: EventSource {
    private let paths: [String]
    private let start: BinlogPosition?
    private let buffer = FileBuffer()
    private var index = 0
    private var file: BinlogFile?
    private var stage = Stage.unopened
    /// Size of the event that was handed out, which is passed over next; 0 if none was.
    private var eventSize = 0
    private var lastType: EventType?

    private enum Stage {
        case unopened
        /// At the head of a file that is read from further on: its first event comes before.
        case head
        /// That event was handed out.
        case seeking
        case reading
    }

    /// - Parameters:
    ///   - path: a binlog file, or a folder of them: `binlog.000001`, `binlog.000002`, …. Other files are ignored.
    ///   - start: nil: the first file's head.
    public init(path: String, start: BinlogPosition?) throws {
        paths = try BinlogFolder.files(at: path, start: start)
        self.start = start
    }

    /// Where reading begins.
    public var firstPosition: BinlogPosition {
        start ?? BinlogPosition(file: BinlogFile.lastPart(paths[0]), offset: PositionTracker.firstOffset)
    }

    public var event: UnsafeRawBufferPointer {
        UnsafeRawBufferPointer(rebasing: buffer.bytes.prefix(eventSize))
    }

    public func advance() throws -> SourceRead {
        try step()
    }

    private func step() throws(FileSourceError) -> SourceRead {
        if let file, eventSize > 0 {
            file.skip(eventSize)
            eventSize = 0
        }
        while true {
            guard let file else {
                guard index < paths.count else { return .end }
                return try openNext()
            }
            switch stage {
            case .unopened, .reading:
                if try readEvent(file) { return .event }
                self.file = nil
                index += 1
            case .head:
                stage = .seeking
                if try readEvent(file) { return .event }
            case .seeking:
                return try seekToStart(file)
            }
        }
    }

    private func openNext() throws(FileSourceError) -> SourceRead {
        let file = try BinlogFile(path: paths[index], buffer: buffer)
        try checkMagic(file)
        self.file = file
        lastType = nil
        let isPartial = index == 0 && (start?.offset ?? 0) > PositionTracker.firstOffset
        stage = isPartial ? .head : .reading
        return .moved(to: BinlogPosition(file: file.name, offset: PositionTracker.firstOffset))
    }

    private func checkMagic(_ file: BinlogFile) throws(FileSourceError) {
        let bytes = try file.peek(4)
        guard bytes.count == 4 else {
            guard bytes.isEmpty else {
                throw FileSourceError(.notALog, "\(file.path) is not a binary log: it has \(bytes.count) bytes")
            }
            throw FileSourceError(
                .truncated,
                "\(file.path) is empty: if its server has just begun it, read again later; else copy it again")
        }
        switch LogMagic(rawValue: UInt32(littleEndian: bytes.loadUnaligned(as: UInt32.self))) {
        case .plain: file.skip(4)
        case .encrypted:
            throw FileSourceError(
                .encrypted,
                "\(file.path) is encrypted (binlog_encryption=ON), and cannot be read without the server: follow the "
                    + "server itself, or let mysqlbinlog --read-from-remote-server --raw write the file out")
        case nil:
            let head = bytes.map { byte in (byte < 16 ? "0" : "") + String(byte, radix: 16) }.joined(separator: " ")
            throw FileSourceError(
                .notALog, "\(file.path) is not a binary log: it begins with \(head), and a binary log with fe 62 69 6e")
        }
    }

    // MARK: Events

    /// Makes the next event ready; false at the end of the file.
    private func readEvent(_ file: BinlogFile) throws(FileSourceError) -> Bool {
        if file.remaining < UInt64(EventHeader.byteCount) { try file.measure() }
        if file.remaining == 0 { return false }
        let head = try file.peek(EventHeader.byteCount)
        guard head.count == EventHeader.byteCount else { throw truncated(file, type: nil, size: nil) }
        let size = UInt32(littleEndian: head.loadUnaligned(fromByteOffset: 9, as: UInt32.self))
        guard size >= EventHeader.byteCount else {
            if try isPadding(file, head) { return false }
            throw FileSourceError(
                .corrupt,
                "\(file.name):\(file.offset): no event begins here (its size would be \(size)): the file \(file.path) is "
                    + "damaged; copy it again")
        }
        let typeCode = head[4]
        if UInt64(size) > file.remaining {
            try file.measure()
            guard UInt64(size) <= file.remaining else { throw truncated(file, type: typeCode, size: size) }
        }
        guard try file.peek(Int(size)).count == Int(size) else { throw truncated(file, type: typeCode, size: size) }
        eventSize = Int(size)
        lastType = EventType(rawValue: typeCode)
        return true
    }

    /// True where a file that was properly ended is filled up with zeros, as some cloud services do. They are passed
    /// over.
    private func isPadding(_ file: BinlogFile, _ head: UnsafeRawBufferPointer) throws(FileSourceError) -> Bool {
        guard lastType == .rotate || lastType == .stop, head.allSatisfy({ $0 == 0 }) else { return false }
        while file.remaining > 0 {
            let bytes = try file.peek(Int(min(file.remaining, 65_536)))
            if bytes.isEmpty { break }
            guard bytes.allSatisfy({ $0 == 0 }) else { return false }
            file.skip(bytes.count)
        }
        return true
    }

    private func truncated(_ file: BinlogFile, type: UInt8?, size: UInt32?) -> FileSourceError {
        var message = "\(file.name):\(file.offset): the file ends inside an event"
        if let type, let size {
            message += " (\(EventType.name(type)), \(file.remaining) of \(size) bytes)"
        }
        if index + 1 < paths.count {
            let next = BinlogFile.lastPart(paths[index + 1])
            message +=
                ", although \(next) follows: \(file.path) is incomplete; copy it again, or start at \(next):4 without "
                + "what it lacks"
        } else {
            message +=
                ": if its server is still writing \(file.path), read again later; else it is incomplete: copy it again"
        }
        return FileSourceError(.truncated, message)
    }

    // MARK: The start

    private func seekToStart(_ file: BinlogFile) throws(FileSourceError) -> SourceRead {
        guard let start else { preconditionFailure("a start was given, or the stage would not be this one") }
        let next = try file.peek(EventHeader.byteCount)
        if next.count == EventHeader.byteCount, next[4] == EventType.startEncryption.rawValue {
            // Says in the next event that all after it is encrypted.
            stage = .reading
            return try readEvent(file) ? .event : .end
        }
        guard start.offset <= file.size else {
            throw FileSourceError(.badStart, "\(start): the file \(file.path) has \(file.size) bytes only")
        }
        let afterHead = file.offset
        try file.seek(to: start.offset)
        if !(try looksLikeEvent(file)) {
            try file.seek(to: afterHead)
            try walk(file, to: start.offset)
        }
        stage = .reading
        lastType = nil
        return .moved(to: start)
    }

    /// True if what begins here says itself that it ends where it does.
    private func looksLikeEvent(_ file: BinlogFile) throws(FileSourceError) -> Bool {
        let head = try file.peek(EventHeader.byteCount)
        guard head.count == EventHeader.byteCount else { return false }
        let size = UInt32(littleEndian: head.loadUnaligned(fromByteOffset: 9, as: UInt32.self))
        let next = UInt32(littleEndian: head.loadUnaligned(fromByteOffset: 13, as: UInt32.self))
        return size >= EventHeader.byteCount && UInt64(size) <= file.remaining
            && next == UInt32(truncatingIfNeeded: file.offset + UInt64(size))
    }

    /// Goes from event to event up to `offset`.
    private func walk(_ file: BinlogFile, to offset: UInt64) throws(FileSourceError) {
        while file.offset < offset {
            let before = file.offset
            guard try readEvent(file) else { break }
            let next = before + UInt64(eventSize)
            guard next <= offset else {
                throw FileSourceError(
                    .badStart, "\(file.name):\(offset) is inside an event: one begins at \(before), the next at \(next)"
                )
            }
            file.skip(eventSize)
            eventSize = 0
        }
        guard file.offset == offset else {
            throw FileSourceError(.badStart, "\(file.name):\(offset) is behind the last event")
        }
    }
}
