internal import Rows

extension ChangeReader {
    func takeQuery(
        _ type: EventType, _ header: EventHeader, at position: BinlogPosition, _ body: inout ByteCursor
    ) throws -> SourceEvent? {
        let event = try QueryEvent(
            from: &body, postHeaderLength: format?.postHeaderLength(header.typeCode) ?? 0,
            isCompressed: type == .compressedQuery, inflater: inflater)
        switch StatementKind(event.text) {
        case .begin:
            if let group {
                // MySQL's follows a GTID event; MariaDB's GTID event takes its place.
                guard !group.isOpen || !group.isDelivered else {
                    throw DecodeError.group(.unfinished(start: group.start.position.offset))
                }
                self.group?.isOpen = true
            } else {
                begin(header, at: position, gtid: nil, isOpen: true)
            }
            return nil
        case .commit: return try endGroup(header)
        case .rollback:
            guard let group else { return nil }
            guard !group.isDelivered else { throw DecodeError.unsupported(.rollback) }
            return try endGroup(header)
        case .savepoint(let name):
            group?.setSavepoint(name)
            return nil
        case .rollbackTo(let name):
            guard group?.hasRows(since: name) != true else { throw DecodeError.unsupported(.rollback) }
            return nil
        case .releaseSavepoint, .nothing:
            return try endStandaloneGroup(header)
        case .distributed: throw DecodeError.unsupported(.distributedTransaction)
        case .distributedRollback, .temporaryTable: return try endStandaloneGroup(header)
        case .change(let keyword): throw DecodeError.statementFormat(keyword: keyword)
        case .other: return try takeStatement(event, header, at: position)
        }
    }

    /// A statement that matters to no one but was a group of its own: its GTID is passed.
    private func endStandaloneGroup(_ header: EventHeader) throws -> SourceEvent? {
        guard let group else {
            boundary = tracker.position
            return nil
        }
        return group.isOpen ? nil : try endGroup(header)
    }

    private func takeStatement(
        _ event: QueryEvent, _ header: EventHeader, at position: BinlogPosition
    ) throws -> SourceEvent? {
        var statement = Statement(
            position: position, start: position, next: tracker.position, gtid: nil, database: event.database,
            // In the session's character set, which for all but old clients is UTF-8; the names in it that matter are
            // ASCII or UTF-8.
            text: String(decoding: event.text, as: UTF8.self), headerMicroseconds: header.microseconds)
        guard let group else {
            boundary = tracker.position
            return .statement(statement)
        }
        if group.isTentative { return try endGroup(header) }
        statement.start = group.start.position
        guard group.isOpen else {
            statement.gtid = group.start.gtid
            self.group = nil
            boundary = tracker.position
            return .statement(statement)
        }
        // CREATE TABLE … SELECT: the table, then its rows, all in one group.
        guard !group.isDelivered else { throw DecodeError.unsupported(.statementInTransaction) }
        statement.next = group.start.position
        return .statement(statement)
    }
}
