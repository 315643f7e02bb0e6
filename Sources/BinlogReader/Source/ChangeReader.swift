public import Rows

/// Turns the events of a source into transactions and row changes. Confined to one thread. After an error it is done:
/// reading goes on with a new reader, from a place where reading may start.
public final class ChangeReader {
    private let source: any EventSource
    let options: ReaderOptions
    let start: BinlogPosition?
    var tracker: PositionTracker
    var format: FormatDescription?
    var tables = TableCache()
    var group: EventGroup?
    let inflater: Inflater
    let decoder: RowDecoder
    /// Follows what was just yielded.
    var pending: SourceEvent?
    /// Where reading may start again.
    var boundary: BinlogPosition
    /// False until it is known where the source reads: a server that was given GTIDs goes to the head of a file, and
    /// skips there what they tell.
    var isLocated: Bool
    /// Whose event failed, for the error that says so.
    var blamed: (table: String, column: String?)?

    /// - Parameter start: where `source` begins to read. Nil: at the first file's head, or where GTIDs say.
    public init(source: any EventSource, start: BinlogPosition?, options: ReaderOptions) {
        self.source = source
        self.options = options
        self.start = start
        tracker = PositionTracker(start: start)
        boundary = tracker.position
        isLocated = start != nil
        inflater = Inflater()
        decoder = RowDecoder(inflater: inflater)
    }

    /// Where reading may start again: the start of the transaction being read, or right after the last one. Its file is
    /// empty as long as a server that was given GTIDs has not told.
    public var position: BinlogPosition {
        isLocated ? boundary : BinlogPosition(file: "", offset: boundary.offset)
    }

    /// The next event; nil at the end of the last file. Throws an ``EventError`` for what cannot be followed, and what
    /// the source and the hints throw.
    public func next() throws -> SourceEvent? {
        if let event = pending {
            pending = nil
            return event
        }
        while true {
            switch try source.advance() {
            case .event:
                if let event = try read(source.event) { return event }
            case .moved(let position):
                if let event = try move(to: position) { return event }
            case .idle:
                if isLocated { return .idle(boundary) }
            case .end:
                do {
                    try dropGroup()
                } catch {
                    throw EventError(position: tracker.position, eventType: "end of the log", cause: error)
                }
                return nil
            }
        }
    }

    /// Takes one event in; nil if it yields nothing.
    private func read(_ buffer: UnsafeRawBufferPointer) throws -> SourceEvent? {
        // SAFETY: the source keeps `buffer` valid until it is advanced, which is after this call.
        let bytes = RawSpan(_unsafeBytes: buffer)
        var position = tracker.position
        var typeCode: UInt8?
        blamed = nil
        do {
            var whole = ByteCursor(bytes)
            let header = try EventHeader(from: &whole)
            typeCode = header.typeCode
            guard Int(header.size) == buffer.count else { throw DecodeError.size(header.size) }
            let checksumLength = try checkSum(of: header, buffer)
            position.offset = tracker.pass(header)
            var body = try whole.block(whole.remaining - checksumLength)
            return try take(header, at: position, &body)
        } catch let cause as DecodeError {
            throw EventError(
                position: position, eventType: typeCode.map(EventType.name) ?? "event", table: blamed?.table,
                column: blamed?.column, cause: cause)
        }
    }

    /// Verifies the checksum that ends the event; returns how many bytes it takes.
    private func checkSum(of header: EventHeader, _ event: UnsafeRawBufferPointer) throws(DecodeError) -> Int {
        guard header.type != .formatDescription else { return 0 }  // says itself whether it has one
        guard let format else {
            switch header.type {
            // Comes before the format, so nothing tells but the checksum itself.
            case .rotate where !tracker.isFile: return Checksum.isValid(event) ? Checksum.byteCount : 0
            case .startV3: throw .unsupported(.oldFormat)
            default: throw .group(.noFormatDescription)
            }
        }
        if header.type == .rotate, header.flags.contains(.artificial), !tracker.isFile {
            return Checksum.isValid(event) ? Checksum.byteCount : 0
        }
        guard format.checksum == .crc32 else { return 0 }
        if options.verifiesChecksums { try Checksum.verify(event) }
        return Checksum.byteCount
    }

    private func move(to position: BinlogPosition) throws -> SourceEvent? {
        do {
            try dropGroup()
        } catch {
            throw EventError(position: tracker.position, eventType: "end of the file", cause: error)
        }
        tracker.move(to: position)
        isLocated = true
        // A source that begins inside a file reads its head first: nobody is to go back there.
        if let start, start.file == position.file, position.offset < start.offset { return nil }
        boundary = position
        return .idle(position)
    }

    /// Nothing of the open transaction follows. Nothing is lost if none of its rows were yielded: its server crashed
    /// before it committed.
    func dropGroup() throws(DecodeError) {
        guard let group else { return }
        guard !group.isDelivered else { throw .group(.unfinished(start: group.start.position.offset)) }
        self.group = nil
    }
}
