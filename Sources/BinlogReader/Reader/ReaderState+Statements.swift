internal import Rows

extension ReaderState {
    mutating func takeQuery(
        _ type: EventType, _ header: EventHeader, at offset: UInt64, _ body: inout ByteCursor
    ) throws {
        let event = try QueryEvent(
            from: &body, postHeaderLength: try layout.postHeaderLength(header.typeCode),
            isCompressed: type == .compressedQuery, inflater: inflater)
        switch StatementKind(event.text) {
        case .begin:
            guard group.isActive else {
                return begin(header, at: offset, gtid: nil, isOpen: true)
            }
            // MySQL's follows a GTID event; MariaDB's GTID event takes its place.
            guard !group.isDelivered else { throw group.unfinished }
            group.isOpen = true
        case .commit: try endGroup(header)
        case .rollback:
            guard group.isActive else { return }
            guard !group.isDelivered else { throw DecodeError.unsupported(.rollback) }
            try endGroup(header)
        case .savepoint(let name):
            group.setSavepoint(name)
        case .rollbackTo(let name):
            guard !group.isActive || !group.hasRows(since: name) else { throw DecodeError.unsupported(.rollback) }
        case .releaseSavepoint, .nothing, .distributedRollback, .temporaryTable: try endStandaloneGroup(header)
        case .distributed: throw DecodeError.unsupported(.distributedTransaction)
        case .change(let keyword): throw DecodeError.statementFormat(keyword: keyword)
        case .other: try takeStatement(event, header, at: offset)
        }
    }

    /// A statement that matters to no one but was a group of its own: its GTID is passed.
    private mutating func endStandaloneGroup(_ header: EventHeader) throws {
        guard group.isActive else {
            boundary = tracker.offset
            return
        }
        if !group.isOpen { try endGroup(header) }
    }

    private mutating func takeStatement(
        _ event: QueryEvent, _ header: EventHeader, at offset: UInt64
    ) throws {
        if group.isActive && group.isTentative { return try endGroup(header) }
        let position = BinlogPosition(file: tracker.file, offset: offset)
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
        guard !group.isDelivered else { throw DecodeError.unsupported(.statementInTransaction) }
        statement.next = statement.start
        yield(.statement(statement))
    }
}
