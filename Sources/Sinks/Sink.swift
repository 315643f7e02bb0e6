public import Rows

/// A destination of one pipeline: a target database, Redis, or the console. It knows how to open what the lanes
/// write through; it holds no connection itself and may be used from any thread.
///
/// Tables that it is handed are *target* tables: a mapping's view (or the source table as it is), with the target's
/// database, name and columns, and in `primaryKey` the key by which the target's rows are told apart.
public protocol Sink: Sendable {
    /// What messages call it: its URL without the password.
    var label: String { get }

    /// True if rows are kept by key, so every target table needs one; false for sinks that append.
    var isKeyed: Bool { get }

    /// The rows of a target table that the target cannot take, each with how to mend it. Called by `check`, and by
    /// `run` before the first row. Throws where the target cannot be asked at all.
    func findings(for tables: [Table]) throws(SinkError) -> [String]

    /// For each of `tables` the group that the target's foreign keys tie it to, directly or through other tables; nil:
    /// they tie it to none. Changes of one group must be applied in source order, so its tables share a lane.
    ///
    /// A group's name is the same for all its tables and in every process, and depends on the target's foreign keys
    /// only, not on which tables are asked about: see ``ForeignKeyGroups``.
    func foreignKeyGroups(of tables: [Table]) throws(SinkError) -> [String?]

    /// Where a server's target tables are, so that a source can tell whether they are its own: the server, in the words of
    /// `ServerIdentity`, and the database. Nil: no server that could be a source.
    func place() throws(SinkError) -> (server: String, database: String)?

    /// Where the rows of a target table are kept, in words that two sinks share if they would write over each other there.
    /// Goes by the addresses as they are given, and connects to nothing. Several where the target has several addresses;
    /// none where many may write.
    func storages(of table: Table) -> [String]

    /// What the first rows of each of `tables` show, which must be there; nil where that would take long to tell.
    func glance(at tables: [Table]) throws(SinkError) -> [TargetGlance?]

    /// The pipeline's checkpoint in the target. Nil: the target holds none, and the state file does.
    func makeCheckpointStore(pipeline: String) throws(SinkError) -> (any CheckpointStore)?

    /// What lane `lane` writes through. The writer connects here, and is used from one thread only.
    func makeWriter(pipeline: String, lane: Int, epoch: UInt64) throws(SinkError) -> any LaneWriter

    /// What `verify` reads the target with; nil for a sink that cannot be read back.
    func makeReader() throws(SinkError) -> (any TargetReader)?

    /// What `try` asks what would be sent; nil for a sink that cannot say. May connect to the target, and changes nothing.
    func makePreview() throws(SinkError) -> (any ChangePreview)?
}

extension Sink {
    public func place() throws(SinkError) -> (server: String, database: String)? { nil }

    public func storages(of table: Table) -> [String] { [] }

    public func glance(at tables: [Table]) throws(SinkError) -> [TargetGlance?] {
        Array(repeating: nil, count: tables.count)
    }

    /// None: for a target without foreign keys.
    public func foreignKeyGroups(of tables: [Table]) throws(SinkError) -> [String?] {
        Array(repeating: nil, count: tables.count)
    }
}

/// Applies a lane's changes to the target. Owns its connection; confined to its lane's thread.
public protocol LaneWriter: AnyObject {
    /// Applies `batches` in order and stores `checkpoint` for the lane, as the target's promise says (a database: in
    /// one transaction; Redis: rows first, then the position; the console: rows only). When it returns, both are
    /// durable as far as the target can tell. When it throws a retriable error, the same call may be made again: the
    /// writer has rolled back or will overwrite, and connects anew if it must.
    func write(_ batches: [RowBatch], checkpoint: LaneCheckpoint) throws(SinkError) -> WriteCounts

    /// Beats whenever the target answers during a `write`, so that one that is long and gets on can be told from one that
    /// hangs. Nil: the target answers once, at the end.
    var pulse: Pulse? { get }
}

extension LaneWriter {
    public var pulse: Pulse? { nil }
}

/// What `LaneWriter.write` did besides applying each change as it came.
public struct WriteCounts: Equatable, Sendable {
    /// Inserts whose key the target had already; overwritten.
    public var duplicateInserts = 0
    /// Updates whose row the target did not have; inserted.
    public var missingUpdates = 0
    /// Deletes whose row the target did not have; ignored.
    public var missingDeletes = 0

    public init() {}

    public static func += (left: inout WriteCounts, right: WriteCounts) {
        left.duplicateInserts += right.duplicateInserts
        left.missingUpdates += right.missingUpdates
        left.missingDeletes += right.missingDeletes
    }
}

/// Reads a target back, for `verify`. Confined to one thread.
public protocol TargetReader: AnyObject {
    /// Calls `body` once for each row that the target holds for `table`, in any order, with the canonical text of
    /// each of the table's columns (nil: NULL; a binary value: its raw bytes).
    func readRows(of table: Table, _ body: ([[UInt8]?]) throws -> Void) throws

    /// Why the target may lack rows of `table` that it was given, with the way out: for where some are missing. Nil: no
    /// reason is known.
    func lossFinding(for table: Table) throws -> String?

    /// Whether `found`, read from the target, is what the target makes of `expected`. The canonical texts are compared,
    /// unless the target cannot tell some values apart.
    func isEqual(_ found: [UInt8]?, _ expected: [UInt8]?, _ type: ColumnType) -> Bool
}

extension TargetReader {
    public func lossFinding(for table: Table) throws -> String? { nil }

    public func isEqual(_ found: [UInt8]?, _ expected: [UInt8]?, _ type: ColumnType) -> Bool { found == expected }
}
