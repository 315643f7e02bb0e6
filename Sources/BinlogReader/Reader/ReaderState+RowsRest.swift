internal import Rows

/// A rows event of which not all rows are handed out: they come in several batches where they are many (see
/// ``RowDecoder/partCells``).
struct RowsRest {
    let event: RowsEvent
    let table: MappedTable
    let origin: Origin
    /// ``Row/index`` of the next row.
    let nextIndex: Int
    /// Where the next row begins, and the last one ends: in the event, or in what it holds compressed.
    let offset: Int
    let end: Int
    let inflated: [UInt8]
    /// The whole event. Whoever has it keeps it until the next one is asked for, which is after its last row: a source, a
    /// payload, or the file of a prepared transaction.
    let memory: UnsafeRawBufferPointer
}

extension ReaderState {
    /// Decodes as many rows as a batch has, and notes what is left of them. `inflated`: see ``RowsRest``.
    mutating func decodePart(
        of event: RowsEvent, _ rows: inout ByteCursor, _ bitmaps: borrowing ByteCursor, _ table: MappedTable,
        _ layout: TableLayout, _ origin: Origin, firstIndex: Int, inflated: [UInt8] = []
    ) throws(TableFault) -> RowBatch {
        let batch = try decoder.decode(
            &rows, of: event, bitmaps: bitmaps, layout: layout, origin: origin, firstIndex: firstIndex,
            owner: inflated)
        if rows.remaining > 0 {
            holdsMore = true
            rowsRest = RowsRest(
                event: event, table: table, origin: batch.origin, nextIndex: firstIndex + batch.rows.count,
                offset: rows.offset, end: rows.end, inflated: inflated,
                memory: bitmaps.bytes.withUnsafeBytes { $0 })
        }
        guard let current = table.current else { return batch }
        return try current.changes(of: batch)
    }

    /// Goes on with the rows of the event that was read last.
    mutating func readRest() throws(EventError) {
        guard let rest = rowsRest.take(), let layout = rest.table.layout else { return }
        // SAFETY: ``RowsRest/memory`` is still there, since no other event was asked for.
        let bitmaps = ByteCursor(RawSpan(_unsafeBytes: rest.memory))
        do throws(TableFault) {
            let inflated = rest.inflated
            var rows = rest.event.isCompressed ? ByteCursor(inflated.span.bytes) : bitmaps
            try rows.narrow(from: rest.offset, to: rest.end)
            deliver(
                try decodePart(
                    of: rest.event, &rows, bitmaps, rest.table, layout, rest.origin, firstIndex: rest.nextIndex,
                    inflated: inflated))
        } catch {
            // As an error of the event's first rows says it.
            var name = EventType.name(rest.memory[4])
            var position = rest.origin.position
            if let replay {
                name += " in XA COMMIT"
                position = replay.reader.position
            } else if isInPayload, let payloads {
                name += " in " + EventType.name(EventType.transactionPayload.rawValue)
                position.offset = payloads.numbering.offset
            }
            throw EventError(
                position: position, eventType: name, table: rest.table.fullName, column: error.column,
                cause: error.cause)
        }
    }
}

extension ByteCursor {
    fileprivate mutating func narrow(from offset: Int, to end: Int) throws(TableFault) {
        do throws(DecodeError) {
            try skip(offset)
            self = try block(end - offset)
        } catch {
            throw TableFault(cause: error, column: nil)
        }
    }
}
