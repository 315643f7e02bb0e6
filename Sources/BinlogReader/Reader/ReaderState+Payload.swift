internal import Rows

/// Compressed transactions: the events inside go the way of all others, one at a time.
extension ReaderState {
    mutating func takePayload(_ body: inout ByteCursor, at offset: UInt64) throws {
        let payload = try TransactionPayload(from: &body)
        if let payloads {
            payloads.begin(payload, at: offset)
        } else {
            payloads = PayloadReader(payload, at: offset, movesLargeEvents: decoder.movesLargeEvents)
        }
        isInPayload = true
        holdsMore = true
    }

    /// Takes in the next event inside the payload.
    /// - Parameter outer: the event that holds it, checksum and all.
    mutating func readPayload(_ outer: UnsafeRawBufferPointer) throws {
        guard let payloads else { return }
        let offset = payloads.numbering.offset
        var typeCode: UInt8?
        do {
            guard let event = try payloads.next(in: outer) else { return try endPayload() }
            // SAFETY: the bytes stay until the reader's next call, which comes after this one has returned.
            let bytes = RawSpan(_unsafeBytes: event)
            var body = ByteCursor(bytes)
            let header = try EventHeader(from: &body)
            typeCode = header.typeCode
            if let type = header.type, !type.mayBeInPayload { throw DecodeError.payload(.event) }
            // A payload is one transaction, or the rest of one whose GTID came before.
            if payloads.eventCount > 1, !group.isActive { throw DecodeError.payload(.behindEnd) }
            try layout.skipRest(of: header, &body)
            try take(header, at: offset, &body)
        } catch let cause as DecodeError {
            let name = typeCode.map { EventType.name($0) + " in " } ?? ""
            throw EventError(
                position: BinlogPosition(file: tracker.file, offset: offset),
                eventType: name + EventType.name(EventType.transactionPayload.rawValue), table: blamed?.table,
                column: blamed?.column, cause: cause)
        }
    }

    private mutating func endPayload() throws(DecodeError) {
        isInPayload = false
        guard !group.isActive else { throw .payload(.noEnd) }
    }
}
