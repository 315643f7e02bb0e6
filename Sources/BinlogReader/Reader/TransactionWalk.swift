internal import Rows

/// A transaction, or a statement of its own, as it stands in a log: looked at from outside.
struct LoggedTransaction: Equatable {
    /// Of its first event: reading may start there.
    var start: BinlogPosition
    /// What ``TransactionEnd/commitMicroseconds`` says of it.
    var commitMicroseconds: Int64
    var gtid: String?
}

/// What the head of a binlog file tells of the log before it.
struct LogHead: Equatable {
    /// When the file was begun, microseconds since 1970 UTC, by the header of its FORMAT_DESCRIPTION. May be too early:
    /// servers write there when the statement began that closed the file before.
    var microseconds: Int64
    /// Whether the list of GTIDs at the head has any: all that were logged before the file. Nil: there is no list.
    var hasEarlierGTIDs: Bool?
    /// MariaDB's list: the last one of each domain and server.
    var earlierGTIDs: [String] = []
    /// MySQL's list.
    var earlierSet = GTIDSet()
    var isMariaDB: Bool
    /// `10.11.14-MariaDB-log`
    var serverVersion: String
}

/// Goes from transaction to transaction of a log, looking at little more than the events' headers. What a
/// ``ChangeReader`` cannot follow is passed over like all else. Confined to one thread.
struct TransactionWalk: ~Copyable {
    private let source: any EventSource
    private let inflater = Inflater()
    private var tracker: PositionTracker
    private var layout = EventLayout.unknown
    private var head: LogHead?
    private var open: Open?
    private var finished: LoggedTransaction?
    /// Right after the last whole transaction, or event between two.
    private(set) var end: BinlogPosition

    private struct Open {
        var start: BinlogPosition
        var gtid: String?
        /// If the GTID event told.
        var commitMicroseconds: Int64?
        /// Header time of the last event so far.
        var lastMicroseconds: Int64
        /// Lasts until another begins. Without a GTID event it lasts until XID or COMMIT.
        var hasGTID: Bool
        /// XID or COMMIT is to come; else one statement.
        var isTransaction: Bool
        /// Its last event was seen.
        var isWhole = false
    }

    /// - Parameter start: the head of a file, where `source` begins to read.
    init(source: any EventSource, start: BinlogPosition) {
        self.source = source
        tracker = PositionTracker(start: start)
        end = start
    }

    /// The next transaction; nil at the end of the log. Throws what the source throws, and an ``EventError``.
    mutating func next() throws -> LoggedTransaction? {
        while true {
            let read = try source.advance()
            try take(read)
            if let transaction = finished.take() { return transaction }
            if read == .end { return nil }
        }
    }

    /// Reads the head of the first file.
    mutating func readHead() throws -> LogHead? {
        while open == nil, head?.hasEarlierGTIDs == nil {
            let read = try source.advance()
            try take(read)
            if read == .end || finished != nil { break }
        }
        return head
    }

    private mutating func take(_ read: SourceRead) throws {
        switch read {
        case .event: try take(source.event)
        case .moved(let position):
            close()
            tracker.move(to: position)
            end = position
        case .idle: break
        case .end:
            // What is not whole was not committed, or its rest is still to be written.
            if let open { end = open.isWhole ? tracker.position : open.start }
            close()
        }
    }

    private mutating func take(_ buffer: UnsafeRawBufferPointer) throws {
        // SAFETY: the source keeps `buffer` valid until it is advanced, which is after this call.
        let bytes = RawSpan(_unsafeBytes: buffer)
        var offset = tracker.offset
        var typeCode: UInt8?
        do {
            var whole = ByteCursor(bytes)
            let header = try EventHeader(from: &whole)
            typeCode = header.typeCode
            guard Int(header.size) == buffer.count else { throw DecodeError.size(header.size) }
            offset = tracker.pass(header)
            var body = try whole.block(whole.remaining - checksumLength(header, buffer))
            try layout.skipRest(of: header, &body)
            try take(header, at: offset, &body)
        } catch let cause as DecodeError {
            throw EventError(
                position: BinlogPosition(file: tracker.file, offset: offset),
                eventType: typeCode.map(EventType.name) ?? "event", cause: cause)
        }
        if open == nil { end = tracker.position }
    }

    private func checksumLength(_ header: EventHeader, _ event: UnsafeRawBufferPointer) -> Int {
        switch header.type {
        case .formatDescription: 0
        // Comes before the format, so that nothing tells but the checksum itself.
        case .rotate where !layout.isKnown || header.flags.contains(.artificial):
            Checksum.isValid(event) ? Checksum.byteCount : 0
        default: layout.checksumLength
        }
    }

    private mutating func take(_ header: EventHeader, at offset: UInt64, _ body: inout ByteCursor) throws(DecodeError) {
        switch header.type {
        case .formatDescription:
            close()
            let format = try FormatDescription(from: &body)
            layout = EventLayout(format)
            if head == nil {
                head = LogHead(
                    microseconds: header.microseconds, hasEarlierGTIDs: nil, isMariaDB: format.isMariaDB,
                    serverVersion: format.serverVersion)
            }
        case .rotate:
            close()
            tracker.rotate(to: try RotateEvent(from: &body))
        case .gtidList:
            close()
            let list = try GTIDListEvent(from: &body).entries
            noteGTIDs(!list.isEmpty, list.map(\.gtid))
        case .previousGTIDs:
            close()
            let set = try GTIDSet(from: &body)
            if head?.hasEarlierGTIDs == nil { head?.earlierSet = set }
            noteGTIDs(!set.isEmpty, [])
        case .heartbeat, .heartbeatV2: break
        case .stop, .binlogCheckpoint, .startEncryption, .incident: close()
        case .mariadbGTID:
            let event = try GTIDEvent(mariadb: &body, serverID: header.serverID)
            begin(header, at: offset, gtid: event.gtid, hasGTID: true, isTransaction: event.opensTransaction)
        case .gtid, .anonymousGTID:
            let event = try GTIDEvent(mysql: &body, isAnonymous: header.type == .anonymousGTID)
            begin(
                header, at: offset, gtid: event.gtid, committed: event.commitMicroseconds, hasGTID: true,
                isTransaction: false)
        case .taggedGTID:
            let event = try GTIDEvent(tagged: &body)
            begin(
                header, at: offset, gtid: event.gtid, committed: event.commitMicroseconds, hasGTID: true,
                isTransaction: false)
        case .query, .compressedQuery: try takeQuery(header, at: offset, &body)
        case .xid, .xaPrepare, .transactionPayload: finish(header)
        default: extend(header)
        }
    }

    private mutating func takeQuery(
        _ header: EventHeader, at offset: UInt64, _ body: inout ByteCursor
    ) throws(DecodeError) {
        let event = try QueryEvent(
            from: &body, postHeaderLength: try layout.postHeaderLength(header.typeCode),
            isCompressed: header.type == .compressedQuery, inflater: inflater)
        switch StatementKind(event.text) {
        case .begin:
            // MySQL's follows a GTID event. Where there are none, it is the first: before MySQL 5.7 and MariaDB 10.
            if open == nil { return begin(header, at: offset, hasGTID: false, isTransaction: true) }
            open?.isTransaction = true
            extend(header)
        case .commit, .rollback: finish(header)
        default:
            if open == nil { begin(header, at: offset, hasGTID: false, isTransaction: false) }
            if open?.isTransaction == true { extend(header) } else { finish(header) }
        }
    }

    private mutating func noteGTIDs(_ areSome: Bool, _ gtids: [String]) {
        guard head?.hasEarlierGTIDs == nil else { return }
        head?.hasEarlierGTIDs = areSome
        head?.earlierGTIDs = gtids
    }

    private mutating func begin(
        _ header: EventHeader, at offset: UInt64, gtid: String? = nil, committed: Int64? = nil, hasGTID: Bool,
        isTransaction: Bool
    ) {
        close()
        open = Open(
            start: BinlogPosition(file: tracker.file, offset: offset), gtid: gtid, commitMicroseconds: committed,
            lastMicroseconds: header.microseconds, hasGTID: hasGTID, isTransaction: isTransaction)
    }

    /// The event is the last of the open transaction.
    private mutating func finish(_ header: EventHeader) {
        extend(header)
        open?.isWhole = true
        if open?.hasGTID == false { close() }
    }

    private mutating func extend(_ header: EventHeader) {
        if header.timestamp != 0 { open?.lastMicroseconds = header.microseconds }
    }

    private mutating func close() {
        guard let closed = open.take() else { return }
        finished = LoggedTransaction(
            start: closed.start, commitMicroseconds: closed.commitMicroseconds ?? closed.lastMicroseconds,
            gtid: closed.gtid)
    }
}
