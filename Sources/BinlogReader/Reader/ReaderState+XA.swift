internal import Rows

/// XA transactions: their rows are logged where they are prepared, and committed or rolled back later by a statement. So
/// the events of a group that prepares one are put into a spool, and read where the commit stands.
extension ReaderState {
    /// The group that has begun prepares the transaction `xid`.
    mutating func beginPrepared(_ xid: String) throws {
        try check(xid)
        if options.isSurvey { return }
        let start = BinlogPosition(file: tracker.file, offset: group.startOffset)
        if sought?.isPrepared(by: xid, at: start) == false { return }
        let spool = try options.prepared.begin(
            xid, at: start, microseconds: group.commitMicroseconds ?? group.headerMicroseconds)
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

    /// Likewise a statement of that `kind`.
    func keep(_ kind: StatementKind, _ body: borrowing ByteCursor, at offset: UInt64) throws {
        switch kind {
        case .savepoint, .rollbackTo: break
        default: spool?.hasChanges = true
        }
        try keep(body, at: offset)
    }

    /// Likewise a rows event, of which `body` has the rows. Of tables that are not selected only their size matters.
    func keepRows(_ event: RowsEvent, _ body: ByteCursor, isSelected: Bool, at offset: UInt64) throws {
        if isSelected {
            spool?.hasChanges = true
            return try keep(body, at: offset)
        }
        let passedOver = SpoolRecord.PassedOver(
            tableID: event.tableID, byteCount: try event.byteCount(ofRowsIn: body), endsStatement: event.endsStatement)
        try passedOver.encoded.withUnsafeBytes { try spool?.append(.passedOver, at: offset, $0) }
    }

    /// The prepared group ends; `isOnePhase` if it is committed here too (MySQL's `XA COMMIT … ONE PHASE`).
    mutating func endPrepared(_ header: EventHeader, at offset: UInt64, isOnePhase: Bool) throws {
        if options.isSurvey { return try endGroup(header, at: offset) }
        if sought != nil {
            if let spool = spool.take(), !isOnePhase { sought?.prepare(spool) }
            return try endGroup(header, at: offset)
        }
        guard let spool else { throw DecodeError.group(.endOutside) }
        if !isOnePhase {
            // Behind it reading may start again.
            try options.prepared.keep(spool)
            self.spool = nil
        }
        try endGroup(header, at: offset)
    }

    mutating func commitPrepared(_ xid: String, _ header: EventHeader, at offset: UInt64) throws {
        try check(xid)
        if options.isSurvey { return try endStandaloneGroup(header, at: offset) }
        let position = BinlogPosition(file: tracker.file, offset: offset)
        if sought != nil { return try endSought(xid, header, at: position) }
        if group.isRepeated { return try rollBackPrepared(xid, header, at: offset) }
        let found = try options.prepared.find(xid, committedAt: position)
        guard let spool = try found.spool ?? lookBack(for: xid, endedAt: position) else {
            throw DecodeError.preparedTransaction(xid: xid, found.fault, next: tracker.position)
        }
        if !group.isActive { begin(header, at: offset, gtid: nil, isOpen: true) }
        try commit(spool, header, at: offset)
    }

    /// What was prepared so is wanted no more: it is rolled back, or was taken in before.
    mutating func rollBackPrepared(_ xid: String, _ header: EventHeader, at offset: UInt64) throws {
        try check(xid)
        let position = BinlogPosition(file: tracker.file, offset: offset)
        if sought != nil { return try endSought(xid, header, at: position) }
        try options.prepared.rollBack(xid, at: position)
        try endStandaloneGroup(header, at: offset)
    }

    /// Names are kept, and stand in errors. Servers have two times 64 bytes (`MAXGTRIDSIZE`, `MAXBQUALSIZE`), in hexadecimal,
    /// and a number.
    private func check(_ xid: String) throws(DecodeError) {
        guard xid.utf8.count <= 300 else { throw .group(.longXID) }
    }

    private mutating func endSought(_ xid: String, _ header: EventHeader, at position: BinlogPosition) throws {
        sought?.noteEnd(of: xid, at: position)
        try endStandaloneGroup(header, at: position.offset)
    }

    /// What prepared `xid` in front of where reading began, or was lost since: kept from now on, so that it is not looked for
    /// again should the source lose patience meanwhile. Nil: nobody can be asked. Throws where the log does not have it.
    private func lookBack(for xid: String, endedAt position: BinlogPosition) throws -> Spool? {
        guard let log = try options.earlierLog?() else { return nil }
        let name = EventError.onOneLine(xid)
        options.tellsLookBack?(.begins(xid: name, commit: position))
        let found: Spool?
        do {
            found = try log.prepared(xid, endedAt: position, options)
            options.tellsLookBack?(.ends(xid: name, prepared: found?.start))
        } catch let error as EventError {
            options.tellsLookBack?(.ends(xid: name, prepared: nil))
            throw DecodeError.preparedTransaction(xid: xid, .unreadable(error), next: tracker.position)
        }
        if let found {
            try options.prepared.keep(found)
            if let kept = try options.prepared.find(xid, committedAt: position).spool { return kept }
        }
        throw DecodeError.preparedTransaction(
            xid: xid, .gone(oldest: log.files.first ?? position.file), next: tracker.position)
    }
}

extension PreparedTransactions.Search {
    var spool: Spool? { if case .found(let spool) = self { spool } else { nil } }

    /// Where it is not found.
    fileprivate var fault: DecodeError.PreparedFault {
        switch self {
        case .found: .unknown(damaged: nil)
        case .damaged(let start): .damaged(prepared: start)
        case .unknown(let damaged): .unknown(damaged: damaged)
        }
    }
}
