internal import Rows

extension ReaderState {
    mutating func takeQuery(
        _ type: EventType, _ header: EventHeader, at offset: UInt64, _ body: inout ByteCursor
    ) throws {
        let event = try QueryEvent(
            from: &body, postHeaderLength: try layout.postHeaderLength(header.typeCode),
            isCompressed: type == .compressedQuery, inflater: inflater)
        let kind = try event.kind
        if spool != nil, kind.belongsToGroup { return try keep(kind, body, at: offset) }
        try take(kind, of: event, header, at: offset)
    }

    /// EXECUTE_LOAD_QUERY: the text of a LOAD DATA, in a QUERY event with more in its post-header. The file's contents
    /// came in events before it.
    mutating func takeLoad(_ header: EventHeader, at offset: UInt64, _ body: inout ByteCursor) throws {
        let event = try QueryEvent(
            from: &body, postHeaderLength: try layout.postHeaderLength(header.typeCode), isCompressed: false,
            inflater: inflater)
        let kind = try event.kind
        if spool != nil { return try keep(kind, body, at: offset) }
        try take(kind, of: event, header, at: offset)
    }

    private mutating func take(
        _ kind: StatementKind, of event: QueryEvent, _ header: EventHeader, at offset: UInt64
    ) throws {
        switch kind {
        case .begin:
            guard group.isActive else {
                return begin(header, at: offset, gtid: nil, isOpen: true)
            }
            // MySQL's follows a GTID event; MariaDB's GTID event takes its place.
            guard !group.isDelivered else { throw group.unfinished }
            group.isOpen = true
        case .commit: try endGroup(header, at: offset)
        case .rollback:
            guard group.isActive else { return }
            if group.rowsEventCount > 0 { yield(.rollback(keeping: 0)) }
            spool = nil
            try endGroup(header, at: offset)
        case .savepoint(let name):
            group.setSavepoint(name)
        case .rollbackTo(let name):
            let count = group.rowsEventCount
            guard count > 0 else { return }
            // One that was set before all rows is not logged, and a rollback to it is logged as that of the group.
            guard group.rollBack(to: name) else { throw DecodeError.group(.unknownSavepoint) }
            if group.rowsEventCount < count { yield(.rollback(keeping: group.rowsEventCount)) }
        case .releaseSavepoint, .nothing, .temporaryTable: try endStandaloneGroup(header, at: offset)
        case .xaStart(let xid):
            if !group.isActive { begin(header, at: offset, gtid: nil, isOpen: true) }
            group.isOpen = true
            try beginPrepared(xid)
        case .xaCommit(let xid): try commitPrepared(xid, header, at: offset)
        case .xaRollback(let xid): try rollBackPrepared(xid, header, at: offset)
        case .change(let change):
            if change.makesTable { try tellSchemas(event, at: BinlogPosition(file: tracker.file, offset: offset)) }
            try take(change, in: event.database, header, at: offset)
        case .other: try takeStatement(event, header, at: offset)
        }
    }

    /// A statement that matters to no one but was a group of its own: its GTID is passed.
    mutating func endStandaloneGroup(_ header: EventHeader, at offset: UInt64) throws {
        guard group.isActive else {
            boundary = tracker.offset
            return
        }
        if !group.isOpen { try endGroup(header, at: offset) }
    }

    /// A change that was logged as text: passed over if its table is known and not selected.
    private mutating func take(
        _ change: StatementChange, in database: String, _ header: EventHeader, at offset: UInt64
    ) throws {
        var name = "a table of \(database)"
        if let table = change.table {
            let database = table.database ?? database
            guard mayBeSelected(database, table.name) else {
                return try endStandaloneGroup(header, at: offset)
            }
            name = "\(database).\(table.name)"
        }
        let position = BinlogPosition(file: tracker.file, offset: offset)
        if group.isRepeated { return try endStandaloneGroup(header, at: offset) }
        if let skip = options.skipsStatement {
            let ordinal = group.isActive ? group.skippedCount : 0
            skip(SkippedStatement(position: position, keyword: change.keyword, table: name, ordinal: ordinal))
            group.skippedCount = ordinal + 1
            return try endStandaloneGroup(header, at: offset)
        }
        if !group.isActive { begin(header, at: offset, gtid: nil, isOpen: false) }
        group.note(position: position, table: name, keyword: change.keyword)
        // The way out is behind the group, whose end throws.
        if !group.isOpen { try endGroup(header, at: offset) }
    }

    /// The server may take names in statements without regard to case (`lower_case_table_names`).
    private func mayBeSelected(_ database: String, _ table: String) -> Bool {
        options.selects(database, table) || options.selects(database.lowercased(), table.lowercased())
    }

    private mutating func takeStatement(
        _ event: QueryEvent, _ header: EventHeader, at offset: UInt64
    ) throws {
        if group.isActive && group.isTentative { return try endGroup(header, at: offset) }
        let position = BinlogPosition(file: tracker.file, offset: offset)
        try tellSchemas(event, at: position)
        var statement = Statement(
            position: position, start: position, next: tracker.position, gtid: nil, database: event.database,
            // In the session's character set, which for all but old clients is UTF-8. The names in it that matter are
            // ASCII or UTF-8.
            text: String(decoding: event.text, as: UTF8.self), headerMicroseconds: header.microseconds)
        guard group.isActive else {
            boundary = tracker.offset
            return yield(.statement(statement))
        }
        statement.start.offset = group.startOffset
        guard group.isOpen else {
            statement.gtid = group.gtid
            group.end()
            boundary = tracker.offset
            return yield(.statement(statement))
        }
        // CREATE TABLE … SELECT: the table, then its rows, all in one group.
        if group.isRepeated { return }
        guard !group.isDelivered else { throw DecodeError.unsupported(.statementInTransaction) }
        statement.next = statement.start
        yield(.statement(statement))
    }

    private mutating func tellSchemas(_ event: QueryEvent, at position: BinlogPosition) throws {
        guard let schemas = options.schemas else { return }
        var start = position
        if group.isActive { start.offset = group.startOffset }
        var statement = LoggedStatement(
            text: event.text, context: try event.context, place: LogPlace(event: position, start: start),
            next: tracker.position)
        statement.isRepeated = group.isActive && group.isRepeated
        tables.retire(try schemas.take(statement))
    }
}
