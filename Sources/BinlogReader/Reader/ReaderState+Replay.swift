internal import Rows

/// A prepared transaction that is being committed: its events go the way of all others, one at a time, as if they stood
/// where the commit does.
struct Replay {
    let reader: SpoolReader
    /// Of the event that commits it.
    let header: EventHeader
    /// That of the log around it.
    let outerLayout: EventLayout
    /// All rows count as logged at the commit: they come behind all that was committed before it.
    var numbering: PayloadNumbering
}

extension ReaderState {
    /// The open group commits what is in `spool`, by the event at `offset`, which is its last.
    mutating func commit(_ spool: Spool, _ header: EventHeader, at offset: UInt64) throws {
        group.isOpen = true
        group.preparedXA = nil
        tables.endStatement()
        holdsMore = true
        replay = Replay(
            reader: SpoolReader(spool), header: header, outerLayout: layout, numbering: PayloadNumbering(offset: offset)
        )
    }

    /// Takes in the next event of the transaction that is being committed.
    mutating func readReplay() throws {
        guard let replay else { return }
        let spool = replay.reader.spool
        let offset = replay.numbering.offset
        var eventOffset: UInt64?
        var typeCode: UInt8?
        do {
            guard let record = try replay.reader.next() else {
                throw DecodeError.preparedTransaction(
                    xid: spool.xid, .damaged(prepared: spool.start), next: tracker.position)
            }
            // SAFETY: the bytes stay until the spool's next record is read, which is after this call.
            let bytes = RawSpan(_unsafeBytes: record.bytes)
            var body = ByteCursor(bytes)
            switch record.kind {
            case .head: break
            case .format:
                try body.skip(EventHeader.byteCount)
                layout = EventLayout(try FormatDescription(from: &body))
            case .event:
                eventOffset = record.offset
                let header = try EventHeader(from: &body)
                typeCode = header.typeCode
                try body.skip(layout.headerLength - EventHeader.byteCount)
                try take(header, at: offset, &body)
            case .passedOver: try passOver(record, of: spool)
            case .end: try endReplay(spool)
            }
        } catch let cause as DecodeError {
            let name = typeCode.map { EventType.name($0) + " in " } ?? ""
            throw EventError(
                position: eventOffset.map { BinlogPosition(file: spool.start.file, offset: $0) }
                    ?? BinlogPosition(file: tracker.file, offset: offset),
                eventType: name + "XA COMMIT", table: blamed?.table, column: blamed?.column, cause: cause)
        }
    }

    /// Rows that nobody wanted when they were prepared, and that count.
    private mutating func passOver(_ record: SpoolRecord, of spool: Spool) throws(DecodeError) {
        guard let rows = SpoolRecord.PassedOver(record.bytes) else {
            throw .preparedTransaction(xid: spool.xid, .damaged(prepared: spool.start), next: tracker.position)
        }
        if let table = tables.table(rows.tableID), table.layout != nil {
            throw .preparedTransaction(
                xid: spool.xid, .notSelected(table: table.fullName, prepared: spool.start), next: tracker.position)
        }
        _ = replay?.numbering.number(rowsOf: rows.byteCount)
        if rows.endsStatement { tables.endStatement() }
    }

    private mutating func endReplay(_ spool: Spool) throws {
        guard let ended = replay.take() else { return }
        layout = ended.outerLayout
        try options.prepared.commit(spool.start, end: tracker.position)
        try endGroup(ended.header, at: ended.numbering.offset)
    }
}
