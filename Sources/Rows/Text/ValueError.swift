/// Why a value has no canonical text. It names the fault and never holds row data; the caller adds table, column and
/// position.
public enum ValueError: Error, Equatable, Sendable {
    /// NULL or absent: what stands for those is the caller's business.
    case noValue
    /// The cell is of another kind than its column's type calls for, or names bytes outside its batch.
    case mismatchedCell
    /// The value's bytes are fewer or more than its type has.
    case wrongLength(expected: Int, actual: Int)
    /// The bytes at `offset` of the value are no character of its character set.
    case invalidBytes(charset: String, offset: Int)
    case unsupportedCharset(String)
    case unknownCollation(UInt16)
    /// A packed decimal whose digits, length or precision cannot be.
    case malformedDecimal
    /// A date or time with a field out of its range.
    case malformedTemporal
    /// An ENUM index or SET bit beyond the column's labels.
    case labelOutOfRange(labelCount: Int)
    /// A geometry too short for its SRID.
    case malformedGeometry
    /// A vector whose length is no multiple of its numbers'.
    case malformedVector
    /// What lies at `offset` of a binary JSON document cannot be.
    case malformedJSON(offset: Int)
    /// NaN or an infinity, which no server stores.
    case notFinite
}

extension ValueError: CustomStringConvertible {
    public var description: String {
        switch self {
        case .noValue: "no value (NULL, or absent from the row image)"
        case .mismatchedCell: "the decoded value does not fit the column's type"
        case .wrongLength(let expected, let actual): "\(actual) bytes where the type has \(expected)"
        case .invalidBytes(let charset, let offset): "bytes at offset \(offset) are not valid \(charset)"
        case .unsupportedCharset(let name): "character set \(name) is not supported"
        case .unknownCollation(let id): "collation number \(id) is not known"
        case .malformedDecimal: "malformed packed decimal"
        case .malformedTemporal: "date or time out of range"
        case .labelOutOfRange(let count): "label number beyond the column's \(count) labels"
        case .malformedGeometry: "geometry shorter than its SRID"
        case .malformedVector: "vector with a part of a number at its end"
        case .malformedJSON(let offset): "malformed JSON document at its byte \(offset)"
        case .notFinite: "floating-point number is not finite"
        }
    }
}
