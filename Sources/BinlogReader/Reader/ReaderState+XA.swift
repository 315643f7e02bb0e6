internal import Rows

/// XA transactions: their rows are logged where they are prepared, and committed or rolled back later by a statement. So
/// the events of a group that prepares one are put into a spool, and read where the commit stands.
extension ReaderState {
    /// The group that has begun prepares the transaction `xid`.
    mutating func beginPrepared(_ xid: String) throws {
        if options.isSurvey { return }
        let start = BinlogPosition(file: tracker.file, offset: group.startOffset)
        let spool = try options.prepared.begin(xid, at: start)
        spool.append(.format, at: 0, format)
        self.spool = spool
        group.preparedXA = xid
    }

    /// Puts an event into the spool, which stands there in the log.
    /// - Parameter body: anywhere in the event, and ending where its checksum begins.
    func keep(_ body: borrowing ByteCursor, at offset: UInt64) throws {
        try body.bytes.extracting(0..<body.end).withUnsafeBytes { event in
            try spool?.append(.event, at: offset, event)
        }
    }

    /// Likewise a rows event, of which `body` has the rows. Of tables that are not selected only their size matters.
    func keepRows(_ event: RowsEvent, _ body: borrowing ByteCursor, isSelected: Bool, at offset: UInt64) throws {
        if isSelected { return try keep(body, at: offset) }
        let passedOver = SpoolRecord.PassedOver(
            tableID: event.tableID, byteCount: UInt64(body.remaining), endsStatement: event.endsStatement)
        try passedOver.encoded.withUnsafeBytes { try spool?.append(.passedOver, at: offset, $0) }
    }

    /// The prepared group ends; `isOnePhase` if it is committed here too (MySQL's `XA COMMIT … ONE PHASE`).
    mutating func endPrepared(_ header: EventHeader, at offset: UInt64, isOnePhase: Bool) throws {
        if options.isSurvey { return try endGroup(header, at: offset) }
        guard let spool else { throw DecodeError.group(.endOutside) }
        if !isOnePhase {
            // Behind it reading may start again.
            try options.prepared.keep(spool)
            self.spool = nil
        }
        try endGroup(header, at: offset)
    }

    mutating func commitPrepared(_ xid: String, _ header: EventHeader, at offset: UInt64) throws {
        if options.isSurvey { return try endStandaloneGroup(header, at: offset) }
        let position = BinlogPosition(file: tracker.file, offset: offset)
        let fault: DecodeError.PreparedFault
        switch try options.prepared.find(xid, committedAt: position) {
        case .found(let spool):
            if !group.isActive { begin(header, at: offset, gtid: nil, isOpen: true) }
            return try commit(spool, header, at: offset)
        case .damaged(let start): fault = .damaged(prepared: start)
        case .unknown(let damaged): fault = .unknown(damaged: damaged)
        }
        throw DecodeError.preparedTransaction(xid: xid, fault, next: tracker.position)
    }
}
