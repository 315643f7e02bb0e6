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
    /// The column is not in the row image (`binlog_row_image` MINIMAL or NOBLOB). Not the same as NULL.
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
}
