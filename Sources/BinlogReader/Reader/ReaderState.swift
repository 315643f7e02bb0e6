internal import Rows

/// What a ``ChangeReader`` knows between events, and how each event changes it.
///
/// A struct, so that a call of ``next(from:)`` costs one check of exclusive access, and not each of its steps.
struct ReaderState: ~Copyable {
    let options: ReaderOptions
    private let start: BinlogPosition?
    var tracker: PositionTracker
    /// Where reading may start again, in the tracker's file.
    var boundary: UInt64
    /// False until it is known where the source reads: a server that was given GTIDs goes to the head of a file, and
    /// skips there what they tell.
    var isLocated: Bool
    var layout = EventLayout.unknown
    var tables = TableCache()
    var group = EventGroup()
    /// The FORMAT_DESCRIPTION that ``layout`` is from.
    var format: [UInt8] = []
    /// Of the group being read, if it prepares an XA transaction.
    var spool: Spool?
    /// The prepared transaction whose events are read now: the one that the event just read commits.
    var replay: Replay?
    /// What the log is gone through for, where no change of it is wanted.
    var sought: SoughtTransaction?
    let inflater: Inflater
    var decoder: RowDecoder
    private var yielded = YieldedEvents()
    /// The event that was read last has, or had, more than one: ``rowsRest``, ``replay``, or a payload's. So that one look
    /// tells that there is none of them.
    var holdsMore = false
    /// The event that the source made ready is a payload, whose events are read one after the other.
    var isInPayload = false
    /// Kept from the first payload on.
    var payloads: PayloadReader?
    /// Of the event that was read last.
    var rowsRest: RowsRest?
    /// Whose event failed, for the error that says so.
    var blamed: (table: String, column: String?)?

    /// `movesLargeEvents`: see ``EventSource/lendsForGood``.
    init(
        start: BinlogPosition?, options: ReaderOptions, seeking sought: SoughtTransaction? = nil,
        movesLargeEvents: Bool = false
    ) {
        self.options = options
        self.sought = sought
        self.start = start
        tracker = PositionTracker(start: start)
        boundary = tracker.offset
        isLocated = start != nil
        inflater = Inflater()
        decoder = RowDecoder(
            inflater: inflater, movesLargeEvents: movesLargeEvents, keepsLargeJSON: options.keepsLargeJSON)
    }

    var position: BinlogPosition {
        BinlogPosition(file: isLocated ? tracker.file : "", offset: boundary)
    }

    /// Reads on until there is something to hand out; nil at the end.
    mutating func next(from source: any EventSource) throws -> SourceEvent? {
        while yielded.isEmpty {
            if holdsMore, try readMore(of: source) { continue }
            switch try source.advance() {
            case .event: try read(source.event)
            case .moved(let position): try move(to: position)
            case .idle: idle()
            case .end:
                try end()
                return nil
            }
        }
        return yielded.take()
    }

    /// Reads on in what the event read last holds; false: there is no more.
    private mutating func readMore(of source: any EventSource) throws -> Bool {
        if rowsRest != nil {
            try readRest()
        } else if replay != nil {
            try readReplay()
        } else if isInPayload {
            try readPayload(source.event)
        } else {
            holdsMore = false
        }
        return holdsMore
    }

    mutating func yield(_ event: consuming SourceEvent) {
        yielded.add(event)
    }

    /// The source has nothing to say.
    mutating func idle() {
        if isLocated && !group.isActive { yield(.idle(position)) }
    }

    /// The source goes on in another file.
    private mutating func move(to position: BinlogPosition) throws {
        try end()
        tracker.move(to: position)
        boundary = position.offset
        isLocated = true
        // A source that begins inside a file reads its head first: nobody is to go back there.
        if let start, start.file == position.file, position.offset < start.offset { return }
        yield(.idle(position))
    }

    /// Nothing follows in the file.
    private mutating func end() throws {
        do {
            try dropGroup()
        } catch {
            throw EventError(position: tracker.position, eventType: "end of the file", cause: error)
        }
    }

    /// Nothing of the open transaction follows. Nothing is lost if none of its rows were yielded: its server crashed
    /// before it committed.
    mutating func dropGroup() throws(DecodeError) {
        guard group.isActive else { return }
        guard !group.isDelivered else { throw group.unfinished }
        spool = nil
        group.end()
    }

    /// Takes one event in.
    private mutating func read(_ buffer: UnsafeRawBufferPointer) throws {
        // SAFETY: the source keeps `buffer` valid until it is advanced, which is after this call.
        let bytes = RawSpan(_unsafeBytes: buffer)
        var offset = tracker.offset
        var typeCode: UInt8?
        do {
            var whole = ByteCursor(bytes)
            let header = try EventHeader(from: &whole)
            typeCode = header.typeCode
            guard Int(header.size) == buffer.count else { throw DecodeError.size(header.size) }
            let checksumLength = try checkSum(of: header, buffer)
            offset = tracker.pass(header)
            var body = try whole.block(whole.remaining - checksumLength)
            if layout.headerLength != EventHeader.byteCount, header.type != .formatDescription, header.type != .rotate {
                try body.skip(layout.headerLength - EventHeader.byteCount)
            }
            try take(header, at: offset, &body)
        } catch let cause as DecodeError {
            throw EventError(
                position: BinlogPosition(file: tracker.file, offset: offset),
                eventType: typeCode.map(EventType.name) ?? "event", table: blamed?.table, column: blamed?.column,
                cause: cause)
        }
    }

    /// Verifies the checksum that ends the event; returns how many bytes it takes.
    ///
    /// Changes nothing; but only a mutating call gets the whole state by reference and not as a copy of 952 bytes (Swift 6.3),
    /// which was a tenth of the time of small events.
    private mutating func checkSum(of header: EventHeader, _ event: UnsafeRawBufferPointer) throws(DecodeError) -> Int {
        switch header.type {
        case .formatDescription:
            // Says itself whether it has one.
            return 0
        case .rotate where !tracker.isFile && (!layout.isKnown || header.flags.contains(.artificial)):
            // Comes before the format, so that nothing tells but the checksum itself.
            return Checksum.isValid(event) ? Checksum.byteCount : 0
        case .startV3: throw .unsupported(.oldFormat)
        default:
            guard layout.isKnown else { throw .group(.noFormatDescription) }
            guard event.count >= EventHeader.byteCount + layout.checksumLength else {
                throw .truncated(at: EventHeader.byteCount, need: layout.checksumLength, have: 0)
            }
            if layout.checksumLength > 0, options.verifiesChecksums { try Checksum.verify(event) }
            return layout.checksumLength
        }
    }
}
