/// How values become text whose length is bounded and which JSON prints without escapes: all that matters of most types,
/// trivial to pass. Nil for a type of which a value may be any text or bytes.
enum ShortFormat: BitwiseCopyable {
    /// Signed or not: the cell tells.
    case integer
    /// BIT and YEAR; ENUM and SET whose labels nobody told.
    case unsigned
    case float, double
    case date
    case time(fractionDigits: UInt8)
    case dateTime(fractionDigits: UInt8)
    case timestamp(fractionDigits: UInt8)
    case decimal(precision: UInt8, scale: UInt8)
    case uuid, inet4, inet6

    /// The most room that a value takes, in quotes too: a decimal's 80.
    static let byteCount = 96

    init?(_ type: ColumnType) {
        switch type {
        case .integer: self = .integer
        case .bit, .year: self = .unsigned
        case .float: self = .float
        case .double: self = .double
        case .date: self = .date
        case .time(let digits): self = .time(fractionDigits: digits)
        case .dateTime(let digits): self = .dateTime(fractionDigits: digits)
        case .timestamp(let digits): self = .timestamp(fractionDigits: digits)
        case .decimal(let precision, let scale): self = .decimal(precision: precision, scale: scale)
        case .uuid: self = .uuid
        case .inet4: self = .inet4
        case .inet6: self = .inet6
        case .enumeration(labels: []), .set(labels: []): self = .unsigned
        case .text, .binary, .blob, .enumeration, .set, .json, .vector, .geometry: return nil
        }
    }

    /// JSON has it as a number, all else as a string.
    var isNumber: Bool {
        switch self {
        case .integer, .unsigned, .float, .double: true
        default: false
        }
    }
}

extension ByteWriter {
    /// Appends the text of `cell`, which is neither absent nor NULL.
    @inline(__always)
    mutating func append(_ cell: Cell, as format: ShortFormat, in batch: borrowing RowBatch) throws(ValueError) {
        switch (format, cell) {
        case (.integer, .int(let value)): append(decimal: value)
        case (.integer, .uint(let value)), (.unsigned, .uint(let value)): append(decimal: value)
        case (.float, .float(let value)): try FloatText.append(value, to: &self)
        case (.double, .double(let value)): try FloatText.append(value, to: &self)
        case (.date, .uint(let value)): try TemporalText.appendDate(value, to: &self)
        case (.time(let digits), .int(let value)):
            try TemporalText.appendTime(value, fractionDigits: digits, to: &self)
        case (.dateTime(let digits), .int(let value)):
            try TemporalText.appendDateTime(value, fractionDigits: digits, to: &self)
        case (.timestamp(let digits), .int(let value)):
            try TemporalText.appendTimestamp(value, fractionDigits: digits, to: &self)
        default:
            guard let bytes = batch.bytes(of: cell) else { throw .mismatchedCell }
            switch format {
            case .decimal(let precision, let scale):
                try DecimalText.append(bytes, precision: precision, scale: scale, to: &self)
            case .uuid: try NetworkText.appendUUID(bytes, to: &self)
            case .inet4: try NetworkText.appendINET4(bytes, to: &self)
            case .inet6: try NetworkText.appendINET6(bytes, to: &self)
            default: throw .mismatchedCell
            }
        }
    }

    /// Appends the JSON of `cell`, which is neither absent nor NULL: a number or a string.
    @inline(__always)
    mutating func appendJSON(_ cell: Cell, as format: ShortFormat, in batch: borrowing RowBatch) throws(ValueError) {
        if format.isNumber { return try append(cell, as: format, in: batch) }
        append(UInt8(ascii: "\""))
        try append(cell, as: format, in: batch)
        append(UInt8(ascii: "\""))
    }
}
