/// QUERY: a statement as text, with the session's settings in status variables (`Query_log_event`).
struct QueryEvent: Equatable {
    /// The session's default database; empty if none.
    var database: String
    var text: [UInt8]
    /// The status variables as they stand, read where they matter.
    private(set) var variables: [UInt8]

    /// `postHeaderLength` is 13 since MySQL 5.0: thread, seconds, length of the database's name, error code, length of
    /// the status variables.
    init(
        from body: inout ByteCursor, postHeaderLength: Int, isCompressed: Bool, inflater: Inflater
    ) throws(DecodeError) {
        guard postHeaderLength >= 13 else { throw .invalid(.postHeaderLength, at: body.offset) }
        let start = try body.skip(postHeaderLength)
        let databaseLength = Int(body.load(UInt8.self, at: start + 8))
        let statusLength = Int(body.load(UInt16.self, at: start + 11))
        let statusStart = try body.skip(statusLength)
        database = try body.readName(databaseLength)
        try body.skip(1)
        if isCompressed {
            text = try inflater.inflateEvent(&body)
        } else {
            text = try body.readBytes(body.remaining)
        }
        // BEGIN and COMMIT, of which there are two a transaction, mean the same in every session.
        variables = text.count > 8 ? body.copy(statusStart, statusLength) : []
    }

    /// The settings of the session that ran the statement.
    var context: StatementContext {
        get throws(DecodeError) {
            var cursor = ByteCursor(variables.span.bytes)
            return try Self.context(from: &cursor, database: database)
        }
    }
}
