/// The type that a column was declared with, told as `information_schema.COLUMNS` tells it: synonyms are resolved
/// (`INTEGER`, `DOUBLE PRECISION`, `BOOLEAN`), and what changes no value is left out (display widths, ZEROFILL).
package struct DeclaredType: Equatable, Sendable {
    /// `DATA_TYPE`.
    package enum Keyword: String, CaseIterable, Sendable {
        case tinyint, smallint, mediumint, int, bigint, decimal, float, double, bit, year
        case date, time, datetime, timestamp
        case char, varchar, tinytext, text, mediumtext, longtext
        case binary, varbinary, tinyblob, blob, mediumblob, longblob
        case enumeration = "enum"
        case set, json, vector, uuid, inet4, inet6
        case geometry, point, linestring, polygon, multipoint, multilinestring, multipolygon
        case geometryCollection = "geometrycollection"
    }

    package var keyword: Keyword
    /// Characters of CHAR and VARCHAR, bytes of BINARY and VARBINARY, all digits of DECIMAL (and of FLOAT and DOUBLE
    /// that were given some), bits of BIT, digits of a second's fraction, numbers of a VECTOR; nil for the other types.
    package var length: Int?
    /// Digits behind the point, of the types with such.
    package var decimals: Int?
    package var isUnsigned = false
    /// Of an ENUM or SET.
    package var labels: [String] = []
    /// MariaDB's `COMPRESSED`, which has type codes of its own in the log.
    package var isCompressed = false

    package init(_ keyword: Keyword, length: Int? = nil, decimals: Int? = nil) {
        self.keyword = keyword
        self.length = length
        self.decimals = decimals
    }

    /// True if its values have a collation.
    package var hasCollation: Bool {
        switch keyword {
        case .char, .varchar, .tinytext, .text, .mediumtext, .longtext, .enumeration, .set: true
        default: false
        }
    }
}
