import Rows

/// A parameter's value, for statements that are not run per row.
public enum SQLiteArgument: Equatable, Sendable {
    case null
    case integer(Int64)
    case real(Double)
    case text(String)
    case blob([UInt8])
}

/// A parameter's value in the row loop, trivial: text and blobs name bytes of a buffer that is handed over with it.
enum SQLiteValue: BitwiseCopyable, Equatable {
    case null
    case integer(Int64)
    case real(Double)
    case text(ByteRange)
    case blob(ByteRange)
}

/// The class of a stored value.
public enum SQLiteStorageClass: Sendable {
    case null, integer, real, text, blob
}
