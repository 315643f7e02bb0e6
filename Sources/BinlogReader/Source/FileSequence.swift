internal import Rows

/// Reads binlog files one after the other, event by event.
struct FileSequence: ~Copyable {
    private let paths: [String]
    private let start: BinlogPosition?
    /// Of the file being read.
    private var index = 0
    private var file: BinlogFile?
    private var stage = Stage.reading
    /// Size of the event that was handed out, which is passed over next; 0 if none was.
    private var eventSize = 0
    private var lastType: EventType?

    private enum Stage {
        /// At the head of a file that is read from further on: its first event comes before.
        case head
        /// That event was handed out.
        case seeking
        case reading
    }

    init(paths: [String], start: BinlogPosition?) {
        self.paths = paths
        self.start = start
    }

    /// After `.event`: valid until ``advance()`` is called again.
    var event: UnsafeRawBufferPointer {
        mutating get { file?.peeked(eventSize) ?? UnsafeRawBufferPointer(start: nil, count: 0) }
    }

    mutating func advance() throws(FileSourceError) -> SourceRead {
        if eventSize > 0 {
            file?.skip(eventSize)
            eventSize = 0
        }
        while file != nil {
            switch stage {
            case .reading:
                if try readEvent() { return .event }
                file = nil
                index += 1
            case .head:
                stage = .seeking
                if try readEvent() { return .event }
            case .seeking:
                if let read = try seekToStart() { return read }
            }
        }
        return index < paths.count ? try open() : .end
    }

    private mutating func open() throws(FileSourceError) -> SourceRead {
        var file = try BinlogFile(path: paths[index])
        try LogMagic.check(&file)
        let position = BinlogPosition(file: file.name, offset: PositionTracker.firstOffset)
        self.file = consume file
        lastType = nil
        stage = index == 0 && (start?.offset ?? 0) > PositionTracker.firstOffset ? .head : .reading
        return .moved(to: position)
    }

    /// Makes the next event ready; false at the end of the file.
    private mutating func readEvent() throws(FileSourceError) -> Bool {
        do {
            eventSize = try file?.readEvent(after: lastType) ?? 0
        } catch {
            throw explain(error)
        }
        guard eventSize > 0 else { return false }
        // Only these say that the file was closed.
        lastType = event[4] == EventType.rotate.rawValue ? .rotate : event[4] == EventType.stop.rawValue ? .stop : nil
        return true
    }

    /// Where in its file the next event begins, and how many bytes there are from there on.
    private mutating func place() -> (offset: UInt64, remaining: UInt64) {
        file?.place ?? (0, 0)
    }

    private mutating func explain(_ fault: FrameFault) -> FileSourceError {
        let path = paths[index]
        let (offset, remaining) = place()
        let place = "\(BinlogFile.lastPart(path)):\(offset)"
        switch fault {
        case .file(let error): return error
        case .size(let size):
            return FileSourceError(
                .corrupt,
                "\(place): no event begins here (its size would be \(size)): \(path) is damaged, or was filled up with "
                    + "other data when its server crashed; copy it again")
        case .truncated(let type, let size):
            var message = "\(place): the file ends inside an event"
            if let type, let size {
                message += " (\(EventType.name(type)), \(remaining) of \(size) bytes)"
            }
            if index + 1 < paths.count {
                let next = BinlogFile.lastPart(paths[index + 1])
                message +=
                    ", although \(next) follows: \(path) is incomplete or damaged; copy it again, or start at \(next):4 "
                    + "without what it lacks"
            } else {
                message +=
                    ": if its server is writing \(path) now, read again later; else it is incomplete: copy it again"
            }
            return FileSourceError(.truncated, message)
        }
    }

    // MARK: The start

    /// Goes to where reading is to begin; nil where only an event can tell why it cannot.
    private mutating func seekToStart() throws(FileSourceError) -> SourceRead? {
        guard let start else { preconditionFailure("only a given start leads here") }
        stage = .reading
        // Says that all after it is encrypted: whoever reads it stops.
        if try file?.nextType() == .startEncryption { return nil }
        let (afterHead, remaining) = place()
        guard start.offset <= afterHead + remaining else {
            throw FileSourceError(.badStart, "\(start): \(paths[index]) has \(afterHead + remaining) bytes only")
        }
        try file?.seek(to: start.offset)
        if try file?.looksLikeEvent() == false {
            try file?.seek(to: afterHead)
            try walk(to: start.offset)
        }
        lastType = nil
        return .moved(to: start)
    }

    /// Goes from event to event up to `offset`.
    private mutating func walk(to offset: UInt64) throws(FileSourceError) {
        let name = BinlogFile.lastPart(paths[index])
        while true {
            let before = place().offset
            if before == offset { return }
            guard try readEvent() else {
                throw FileSourceError(.badStart, "\(name):\(offset) is behind the last event")
            }
            let next = before + UInt64(eventSize)
            guard next <= offset else {
                throw FileSourceError(
                    .badStart,
                    "\(name):\(offset) is inside an event: one begins at \(before), and the next at \(next)")
            }
            file?.skip(eventSize)
            eventSize = 0
        }
    }
}
