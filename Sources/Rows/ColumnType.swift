/// The type of a column, as far as its values' bytes and text depend on it. The comment of each case says which
/// ``Cell`` carries it ("bytes" stands for `.bytes` and `.computed`).
public enum ColumnType: Equatable, Hashable, Sendable {
    /// TINYINT to BIGINT: `.int` if signed, `.uint` if unsigned. `byteCount` is 1, 2, 3, 4 or 8.
    case integer(byteCount: UInt8, unsigned: Bool)
    /// bytes: the packed form of the server (`decimal2bin` in strings/decimal.c), its length set by precision and scale.
    case decimal(precision: UInt8, scale: UInt8)
    /// `.float`
    case float
    /// `.double`
    case double
    /// BIT(n): `.uint`
    case bit(width: UInt8)
    /// `.uint`; 0 is the year 0000.
    case year
    /// `.uint`: year << 9 | month << 5 | day; zero and partly zero dates as they are.
    case date
    /// `.int`: signed microseconds.
    case time(fractionDigits: UInt8)
    /// `.int`: ((year * 13 + month) << 22 | day << 17 | hour << 12 | minute << 6 | second) << 24 | microsecond,
    /// the order-keeping form of `TIME_to_longlong_datetime_packed` (sql-common/my_time.c).
    case dateTime(fractionDigits: UInt8)
    /// `.int`: microseconds since 1970-01-01 00:00:00 UTC; 0 is the zero date, as on the server.
    case timestamp(fractionDigits: UInt8)
    /// CHAR, VARCHAR, TEXT: bytes in the collation's character set.
    case text(Collation)
    /// BINARY(n): bytes without the trailing zeros that the server cut off; its text is padded back to n.
    case binary(length: UInt16)
    /// VARBINARY and BLOB: bytes.
    case blob
    /// `.uint`: index of the label, from 1; 0 is the empty string of an invalid value.
    case enumeration(labels: [String])
    /// `.uint`: bit i stands for label i.
    case set(labels: [String])
    /// JSON: bytes, UTF-8 text: MariaDB's as it was written, MySQL's as its `CAST(… AS CHAR)` prints it.
    case json
    /// VECTOR: bytes, 32-bit numbers (little endian) one after the other.
    case vector
    /// bytes: SRID (4 bytes, little endian), then WKB.
    case geometry
    /// MariaDB's UUID: 16 bytes as the binary log has them (see ValueText on their order).
    case uuid
    /// MariaDB's INET4: 4 bytes in network order.
    case inet4
    /// MariaDB's INET6: 16 bytes in network order.
    case inet6
}

extension ColumnType {
    /// True if values are bytes whose text is not UTF-8: JSON prints them as base64, Redis and SQLite keep them raw.
    public var isBinary: Bool {
        switch self {
        case .binary, .blob: true
        default: false
        }
    }
}
