/// Names `count` bytes from `start` in one of a batch's two buffers.
public struct ByteRange: BitwiseCopyable, Equatable, Sendable {
    public var start: UInt32
    public var count: UInt32

    public init(start: UInt32, count: UInt32) {
        self.start = start
        self.count = count
    }
}

/// One value of a row, trivial and 16 bytes wide. What the payload means is told by the column's ``ColumnType``,
/// which names the one case (besides `absent` and `null`) that its values use.
public enum Cell: BitwiseCopyable, Sendable {
    /// The column is not in the row image (`binlog_row_image` MINIMAL, NOBLOB, or MariaDB's FULL_NODUP). Not the same
    /// as NULL.
    case absent
    case null
    case int(Int64)
    case uint(UInt64)
    case float(Float)
    case double(Double)
    /// Bytes as the server sent them, in ``RowBatch/bytes``.
    case bytes(ByteRange)
    /// Bytes that a mapping made, in ``RowBatch/computed``.
    case computed(ByteRange)
    /// A large JSON document as MySQL logged it, binary, in ``RowBatch/bytes``. Only for whom asked for such; all others
    /// have its text, as `.bytes`. `ValueText` and `ImageJSON` print either.
    case binaryJSON(ByteRange)
    /// The same, and what changed in it. Only for whom asked for such.
    case changedJSON(ChangedJSON)
}

/// A binary JSON document and the changes to make in it, where MySQL logged only these (PARTIAL_JSON). Both are in
/// ``RowBatch/bytes``, behind their lengths of four bytes.
public struct ChangedJSON: BitwiseCopyable, Equatable, Sendable {
    /// Where the document's length begins.
    public var document: UInt32
    /// Where the changes' length begins.
    public var changes: UInt32

    public init(document: UInt32, changes: UInt32) {
        self.document = document
        self.changes = changes
    }
}
