public import Rows

/// What a source yields, in the order of its binary log. A transaction is `begin`, any number of `rows` and now
/// and then a `rollback` of some, `commit`; statements stand between transactions.
public enum SourceEvent: Sendable {
    case begin(TransactionStart)
    /// The changes of one rows event, or of a part of one whose rows take much memory. `origin.commitMicroseconds` is the
    /// rows event's own header time: the commit's is known only at `commit`.
    case rows(RowBatch)
    case commit(TransactionEnd)
    /// Of the transaction under way, the `rows` behind the first `keeping` were rolled back: to a savepoint, or all
    /// (then the commit that follows commits nothing). Servers log such rows where the transaction did something besides
    /// that a rollback does not undo, as with a temporary table; rows of tables without transactions are never among
    /// them, since these are logged in a group of their own (`use_trans_cache` in sql/log.cc).
    case rollback(keeping: Int)
    /// A statement logged as text (QUERY event) that is not part of a row transaction: DDL, TRUNCATE, GRANT, ….
    indirect case statement(Statement)
    /// The server had nothing to send for a heartbeat period, or the log went on in another file: `position` is where
    /// reading goes on.
    case idle(BinlogPosition)
}

/// The start of a transaction (MariaDB: event group).
public struct TransactionStart: Equatable, Sendable {
    /// Of its GTID event, or of its BEGIN where there is none.
    public var position: BinlogPosition
    public var gtid: String?
    /// Header time of that event, or the commit's where it tells (MySQL 8); microseconds since 1970 UTC.
    public var headerMicroseconds: Int64

    public init(position: BinlogPosition, gtid: String?, headerMicroseconds: Int64) {
        self.position = position
        self.gtid = gtid
        self.headerMicroseconds = headerMicroseconds
    }
}

/// The end of a transaction.
public struct TransactionEnd: Equatable, Sendable {
    /// Right after its closing event: a place where reading may start again.
    public var next: BinlogPosition
    /// Header time of the closing event (XID, or COMMIT as a statement), microseconds since 1970 UTC.
    public var commitMicroseconds: Int64

    public init(next: BinlogPosition, commitMicroseconds: Int64) {
        self.next = next
        self.commitMicroseconds = commitMicroseconds
    }
}

/// A statement of a QUERY event.
public struct Statement: Equatable, Sendable {
    /// Of the QUERY event; `start` is that of the GTID event before it, if any: reading may start again there.
    public var position: BinlogPosition
    public var start: BinlogPosition
    /// Right after the QUERY event.
    public var next: BinlogPosition
    public var gtid: String?
    /// The session's default database; empty if none.
    public var database: String
    public var text: String
    /// Header time, microseconds since 1970 UTC.
    public var headerMicroseconds: Int64

    public init(
        position: BinlogPosition, start: BinlogPosition, next: BinlogPosition, gtid: String?, database: String,
        text: String, headerMicroseconds: Int64
    ) {
        self.position = position
        self.start = start
        self.next = next
        self.gtid = gtid
        self.database = database
        self.text = text
        self.headerMicroseconds = headerMicroseconds
    }
}
