internal import Rows

extension ChangeReader {
    func takeTableMap(_ body: inout ByteCursor) throws {
        let id = try TableMapEvent.readTableID(from: &body, postHeaderLength: postHeaderLength(of: .tableMap))
        if let table = tables.known(id, body: body) {
            tables.map(table)
            return
        }
        // The server opened the table anew. What only the live table tells may have changed.
        if let table = tables.known(anyID: body), !table.hasCandidates {
            tables.map(MappedTable(table, tableID: id))
            return
        }
        let bytes = body.copy(body.offset, body.remaining)
        let name = try TableMapEvent.Name(from: &body)
        guard options.selects(name.database, name.table) else {
            tables.map(MappedTable(tableID: id, body: bytes, name: name, layout: nil, hasCandidates: false, hints: [:]))
            return
        }
        blamed = ("\(name.database).\(name.table)", nil)
        let event = try TableMapEvent(from: &body)
        let hints = try askHints(name, event)
        if let table = tables.known(anyID: bytes, hints: hints) {
            tables.map(MappedTable(table, tableID: id))
            return
        }
        do throws(TableFault) {
            let layout = try TableLayout(
                name: name, event: event, isMariaDB: format?.isMariaDB == true, hints: hints)
            tables.map(
                MappedTable(
                    tableID: id, body: bytes, name: name, layout: layout, hasCandidates: event.hasCandidates,
                    hints: hints))
        } catch {
            blamed?.column = error.column
            throw error.cause
        }
    }

    /// What the live table tells of the columns that metadata leaves open.
    private func askHints(_ name: TableMapEvent.Name, _ event: TableMapEvent) throws -> [String: ColumnHint] {
        guard let hints = options.hints, event.hasCandidates, let names = event.optional.names else { return [:] }
        return try hints.hints(database: name.database, table: name.table, columns: names)
    }

    func takeRows(
        _ header: EventHeader, at position: BinlogPosition, _ operation: Operation, _ body: inout ByteCursor,
        isCompressed: Bool = false
    ) throws -> SourceEvent? {
        let event = try RowsEvent(
            from: &body, operation: operation, isCompressed: isCompressed,
            postHeaderLength: postHeaderLength(of: header.typeCode))
        defer { if event.endsStatement { tables.endStatement() } }
        guard group?.isOpen == true else { throw DecodeError.group(.rowsOutside) }
        if event.tableID == RowsEvent.dummyTableID { return nil }
        guard let table = tables.table(event.tableID) else {
            throw DecodeError.missingTableMap(tableID: event.tableID)
        }
        guard let layout = table.layout, let group else { return nil }
        let origin = Origin(
            position: position, gtid: group.start.gtid,
            commitMicroseconds: group.commitMicroseconds ?? header.microseconds)
        let batch = try decode(event, &body, of: table, layout, origin)
        if batch.rows.isEmpty { return nil }
        self.group?.rowsEventCount += 1
        if group.isDelivered { return .rows(batch) }
        self.group?.isDelivered = true
        pending = .rows(batch)
        return .begin(group.start)
    }

    private func decode(
        _ event: RowsEvent, _ body: inout ByteCursor, of table: MappedTable, _ layout: TableLayout, _ origin: Origin
    ) throws(DecodeError) -> RowBatch {
        do throws(TableFault) {
            guard event.isCompressed else {
                let bitmaps = body
                return try decoder.decode(&body, of: event, bitmaps: bitmaps, layout: layout, origin: origin)
            }
            let inflated: [UInt8]
            do throws(DecodeError) {
                inflated = try inflater.inflateEvent(&body)
            } catch {
                throw TableFault(cause: error, column: nil)
            }
            var rows = ByteCursor(inflated.span.bytes)
            return try decoder.decode(&rows, of: event, bitmaps: body, layout: layout, origin: origin)
        } catch {
            blamed = (table.fullName, error.column)
            throw error.cause
        }
    }

    private func postHeaderLength(of type: EventType) throws(DecodeError) -> Int {
        try postHeaderLength(of: type.rawValue)
    }

    private func postHeaderLength(of typeCode: UInt8) throws(DecodeError) -> Int {
        guard let length = format?.postHeaderLength(typeCode), length > 0 else {
            throw .invalid(.postHeaderLength, at: 0)
        }
        return length
    }
}
