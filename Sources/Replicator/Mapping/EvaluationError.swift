public import Rows

/// Why a row could not be mapped. The server would have refused the same expression over the same row, or the row
/// image does not hold what the expression needs. Never holds row data.
public struct EvaluationError: Error, Equatable, Sendable {
    /// Where the expression stands: `FILE:LINE:COLUMN`.
    public let location: String
    /// One line: what went wrong.
    public let message: String
    /// The source table, `database.table`.
    public let table: String
    /// Of the rows event.
    public let position: BinlogPosition
    /// Index of the row in its rows event.
    public let row: UInt32
    /// The message with the line of the mapping file and a caret, as of one that does not compile.
    public let mappingError: MappingError
}

extension EvaluationError: CustomStringConvertible {
    public var description: String {
        "\(location): \(message) (row \(row) of \(table) at \(position))"
    }
}

/// What an evaluator throws: small, since every evaluator may. ``CompiledView/apply(_:keyed:)`` makes an
/// ``EvaluationError`` of it.
struct EvaluationFailure: Error, Equatable, Sendable {
    enum Reason: Equatable, Sendable {
        /// The source column is not in the row image.
        case absent(column: Int)
        /// The cell is none of the column's type: damaged, or of another table.
        case mismatch(column: Int)
        /// The server's error 1690, by the type it names.
        case outOfRange(RangeType)
        /// A text is longer than a server's functions make one.
        case textTooLong
        /// The batch's computed values are more than a batch can hold.
        case batchTooLarge
    }

    enum RangeType: String, Sendable {
        case bigint = "BIGINT"
        case unsignedBigint = "BIGINT UNSIGNED"
        case decimal = "DECIMAL"
        case double = "DOUBLE"
    }

    let reason: Reason
    let span: SourceSpan
}
