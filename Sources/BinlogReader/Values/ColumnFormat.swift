internal import Rows

/// How a column's values lie in a row image: all that decoding one needs, worked out once a table.
enum ColumnFormat: BitwiseCopyable, Equatable {
    case int8, int16, int24, int32, int64
    case uint8, uint16, uint24, uint32, uint64
    case float, double
    /// One byte: years since 1900, or 0 for the year 0000.
    case year
    /// Big endian.
    case bit(byteCount: UInt8)
    case decimal(byteCount: UInt8)
    /// Three bytes, little endian: the cell's own packing.
    case date
    /// Big endian with an offset, then the fraction (`my_time_packed_from_binary` in sql-common/my_time.c).
    case time(fractionBytes: UInt8)
    /// Likewise (`my_datetime_packed_from_binary`).
    case dateTime(fractionBytes: UInt8)
    /// Big endian seconds, then the fraction (`my_timestamp_from_binary`).
    case timestamp(fractionBytes: UInt8)
    /// Formats before MySQL 5.6, little endian: HHMMSS and YYYYMMDDHHMMSS as decimal numbers, and seconds.
    case oldTime, oldDateTime, oldTimestamp
    /// A length of 1 to 4 bytes, then the value.
    case bytes(lengthBytes: UInt8)
    /// Likewise, but compressed by MariaDB.
    case compressed(lengthBytes: UInt8)
    /// Likewise: MySQL's binary JSON, of which the batch gets the text.
    case json(lengthBytes: UInt8)
    /// ENUM's index or SET's bits, little endian.
    case label(byteCount: UInt8)
    /// A column that the server keeps for itself: 8 bytes, and no cell.
    case hidden

    /// True if its cells name bytes of the batch.
    var needsBytes: Bool {
        switch self {
        case .decimal, .bytes, .compressed, .json: true
        default: false
        }
    }

    @inline(__always)
    var isHidden: Bool {
        if case .hidden = self { true } else { false }
    }

    /// Formats whose width the log does not tell for certain: see ``RowDecoder``.
    var isOldTemporal: Bool {
        switch self {
        case .oldTime, .oldDateTime, .oldTimestamp: true
        default: false
        }
    }
}

extension ColumnFormat {
    /// Bytes that a packed decimal takes (`decimal_bin_size` in strings/decimal.c): 4 for each nine digits on either
    /// side of the point, and for what is left over as many as its digits need. Nil: no server has such a type.
    static func decimalByteCount(precision: UInt8, scale: UInt8) -> UInt8? {
        guard precision >= 1, precision <= 65, scale <= 38, scale <= precision else { return nil }
        let leftover: [UInt8] = [0, 1, 1, 2, 2, 3, 3, 4, 4]
        let whole = precision - scale
        return whole / 9 * 4 + leftover[Int(whole % 9)] + scale / 9 * 4 + leftover[Int(scale % 9)]
    }
}
