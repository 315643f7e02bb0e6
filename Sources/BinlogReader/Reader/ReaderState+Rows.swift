internal import Rows

extension ReaderState {
    mutating func takeTableMap(_ header: EventHeader, at offset: UInt64, _ body: inout ByteCursor) throws {
        if passesRowsOver { return }
        guard layout.hasRowEvents else { throw DecodeError.unsupported(.oldFormat) }
        let id = try TableMapEvent.readTableID(
            from: &body, postHeaderLength: try layout.postHeaderLength(header.typeCode))
        if spool != nil { try keep(body, at: offset) }
        if tables.mapKnown(id, body: body) { return }
        // The server opened the table anew. What only others can tell of it may have changed.
        if let table = tables.known(anyID: body), !table.dependsOnHints {
            tables.map(MappedTable(table, tableID: id))
            return
        }
        tables.map(try describe(id, at: offset, &body))
    }

    private mutating func describe(
        _ id: UInt64, at offset: UInt64, _ body: inout ByteCursor
    ) throws -> MappedTable {
        let bytes = body.copy(body.offset, body.remaining)
        let name = try TableMapEvent.Name(from: &body)
        // Of what is sought the rows are read later, if at all.
        guard sought == nil, options.selects(name.database, name.table) else {
            return MappedTable(
                tableID: id, body: bytes, name: name, layout: nil, dependsOnHints: false, hints: TableHints())
        }
        blamed = ("\(name.database).\(name.table)", nil)
        var event = try TableMapEvent(from: &body)
        var layout: TableLayout?
        let (hints, isAsked) = try askHints(name, event, at: offset)
        if let hints {
            if let table = tables.known(anyID: bytes, hints: hints) {
                blamed = nil
                return MappedTable(table, tableID: id)
            }
            layout = try describe(name, &event, hints)
        }
        blamed = nil
        return MappedTable(
            tableID: id, body: bytes, name: name, layout: layout, dependsOnHints: isAsked,
            hints: hints ?? TableHints())
    }

    private mutating func describe(
        _ name: TableMapEvent.Name, _ event: inout TableMapEvent, _ hints: TableHints
    ) throws(DecodeError) -> TableLayout {
        do throws(TableFault) {
            if let schema = hints.schema { event = try schema.completing(event, isMariaDB: layout.isMariaDB) }
            return try TableLayout(name: name, event: event, isMariaDB: layout.isMariaDB, hints: hints.columns)
        } catch {
            blamed?.column = error.column
            throw error.cause
        }
    }

    /// What others tell of the table that the log leaves open, if they were asked. Nil: its rows are not wanted. (MySQL's
    /// full metadata leave nothing open.)
    private func askHints(
        _ name: TableMapEvent.Name, _ event: TableMapEvent, at offset: UInt64
    ) throws -> (hints: TableHints?, isAsked: Bool) {
        var place = LogPlace(
            event: BinlogPosition(file: tracker.file, offset: offset),
            start: BinlogPosition(file: tracker.file, offset: boundary))
        place.prepared = replay?.reader.spool.start
        let table = SourceServer.TableName(database: name.database, name: name.table)
        guard event.optional.names != nil else {
            guard let schemas = options.schemas else { return (TableHints(), false) }
            switch try schemas.answer(for: table, at: place) {
            case .known(let schema): return (TableHints(schema), true)
            case .untold: return (TableHints(), true)
            case .unwanted: return (nil, true)
            }
        }
        guard layout.isMariaDB, let open = OpenTable(event, hasVectors: layout.hasVectors) else {
            return (TableHints(), false)
        }
        if let schemas = options.schemas { return (try schemas.hints(for: table, open, at: place), true) }
        guard let hints = options.hints else { return (TableHints(), false) }
        var told = TableHints()
        if !open.columns.isEmpty {
            told.columns = try hints.hints(database: name.database, table: name.table, columns: open.columns)
        }
        if open.mayHavePeriod { told.period = try hints.period(database: name.database, table: name.table) }
        return (told, true)
    }

    mutating func takeRows(
        _ header: EventHeader, at offset: UInt64, _ operation: Operation, _ body: inout ByteCursor,
        isCompressed: Bool = false, isPartial: Bool = false
    ) throws {
        if passesRowsOver { return }
        let event = try RowsEvent(
            from: &body, operation: operation, isCompressed: isCompressed, isPartial: isPartial,
            postHeaderLength: try layout.postHeaderLength(header.typeCode))
        guard group.isOpen else { throw DecodeError.group(.rowsOutside) }
        if event.tableID == RowsEvent.dummyTableID {
            if event.endsStatement { tables.endStatement() }
            return
        }
        let place = try place(of: event, body, at: offset)
        guard let table = tables.table(event.tableID) else {
            throw DecodeError.missingTableMap(tableID: event.tableID)
        }
        if event.endsStatement { tables.endStatement() }
        if spool != nil {
            let isSelected =
                table.layout != nil || sought != nil && options.selects(table.name.database, table.name.table)
            return try keepRows(event, body, isSelected: isSelected, at: offset)
        }
        guard let layout = table.layout, group.changed == nil else { return }
        let origin = Origin(
            position: BinlogPosition(file: tracker.file, offset: place.offset), gtid: group.gtid,
            commitMicroseconds: group.commitMicroseconds ?? header.microseconds)
        deliver(try decode(event, &body, of: table, layout, origin, firstIndex: place.firstIndex))
    }

    /// Nobody wants the rows of the group being read.
    private var passesRowsOver: Bool { (group.isRepeated || sought != nil) && spool == nil }

    mutating func deliver(_ batch: consuming RowBatch) {
        if batch.rows.isEmpty { return }
        if !group.isDelivered { yield(.begin(group.start(in: tracker.file))) }
        group.isDelivered = true
        group.rowsEventCount += 1
        yield(.rows(batch))
    }

    /// Where a rows event's rows are said to lie, and the index of the first: of an event by itself, there and 0.
    private mutating func place(
        of event: RowsEvent, _ body: ByteCursor, at offset: UInt64
    ) throws(DecodeError) -> (offset: UInt64, firstIndex: Int) {
        guard holdsMore else { return (offset, 0) }
        let byteCount = try event.byteCount(ofRowsIn: body)
        if let place = replay?.numbering.number(rowsOf: byteCount) { return place }
        guard isInPayload, let payloads else { return (offset, 0) }
        return payloads.numbering.number(rowsOf: byteCount)
    }

    private mutating func decode(
        _ event: RowsEvent, _ body: inout ByteCursor, of table: MappedTable, _ layout: TableLayout,
        _ origin: Origin, firstIndex: Int
    ) throws(DecodeError) -> RowBatch {
        do throws(TableFault) {
            guard event.isCompressed else {
                let bitmaps = body
                return try decodePart(of: event, &body, bitmaps, table, layout, origin, firstIndex: firstIndex)
            }
            let inflated: [UInt8]
            do throws(DecodeError) {
                inflated = try inflater.inflateEvent(&body)
            } catch {
                throw TableFault(cause: error, column: nil)
            }
            var rows = ByteCursor(inflated.span.bytes)
            return try decodePart(
                of: event, &rows, body, table, layout, origin, firstIndex: firstIndex, inflated: inflated)
        } catch {
            blamed = (table.fullName, error.column)
            throw error.cause
        }
    }
}
