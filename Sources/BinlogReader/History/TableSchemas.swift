package import Rows

/// Knows what tables are whose TABLE_MAP events do not tell it all: a reader asks it, and tells it of each statement on the
/// way. Confined to the reader's thread.
package protocol TableSchemas: AnyObject {
    /// The log, or its next file, was written by a server of this version. Called before all else.
    func begin(logOf serverVersion: String) throws

    /// A statement stands in the log. Called before anything behind it is handed out.
    /// - Returns: The tables that are to be asked for anew, since the statement may have changed them.
    func take(_ statement: LoggedStatement) throws -> Set<SourceServer.TableName>

    /// What the table is whose TABLE_MAP event stands at `place`. Throws where the rows that follow cannot be read.
    func answer(for table: SourceServer.TableName, at place: LogPlace) throws -> SchemaAnswer

    /// What a table is, as far as its TABLE_MAP event at `place`, which names the columns, leaves it `open`. Nil: its rows are
    /// passed over undecoded. Throws as above.
    func hints(
        for table: SourceServer.TableName, _ open: OpenTable, at place: LogPlace
    ) throws -> TableHints?
}

extension TableSchemas {
    package func begin(logOf serverVersion: String) throws {}
}

/// What is known of a table.
package enum SchemaAnswer: Sendable {
    case known(TableSchema)
    /// Nobody told: columns are what the log says of them, and no more.
    case untold
    /// The rows are passed over undecoded.
    case unwanted
}

/// A statement of the log that is part of no row change.
package struct LoggedStatement: Sendable {
    package var text: [UInt8]
    package var context: StatementContext
    package var place: LogPlace
    /// Right behind its event: what it makes of a table holds from here on.
    package var next: BinlogPosition
    /// Its transaction was taken in before (``ReaderOptions/isRepeated``).
    package var isRepeated = false

    package init(text: [UInt8], context: StatementContext, place: LogPlace, next: BinlogPosition) {
        self.text = text
        self.context = context
        self.place = place
        self.next = next
    }
}

/// Where an event stands.
package struct LogPlace: Sendable {
    /// Its own.
    package var event: BinlogPosition
    /// Of its transaction: reading may start there.
    package var start: BinlogPosition
    /// Where the XA transaction was prepared that is being committed: the event was logged there.
    package var prepared: BinlogPosition?

    package init(event: BinlogPosition, start: BinlogPosition) {
        self.event = event
        self.start = start
    }
}
