internal import Rows

/// A column as a row of information_schema.COLUMNS describes it.
struct LiveColumn: Equatable {
    var name: String
    var isNullable: Bool
    /// `int`
    var dataType: String
    /// `int(10) unsigned`
    var columnType: String
    var numericPrecision: Int?
    var numericScale: Int?
    var fractionDigits: Int?
    var characterCount: Int?
    /// `utf8mb4_bin`; nil where the column is no text.
    var collation: String?
    /// The server's number for it.
    var collationID: UInt16?
    /// A CHECK constraint demands that it is JSON.
    var isCheckedJSON = false
    /// It belongs to the primary key, or to the unique key that the server takes for one.
    var isKey = false

    /// What the log leaves open about it. MariaDB's JSON is an alias of `LONGTEXT COLLATE utf8mb4_bin CHECK
    /// (json_valid(…))`: one that a user wrote out is the same to the server, and so to us.
    var hint: ColumnHint? {
        switch dataType {
        case "uuid": .uuid
        case "inet4": .inet4
        case "inet6": .inet6
        // MySQL's log tells its own.
        case "vector": .vector
        case "longtext" where collation == "utf8mb4_bin" && isCheckedJSON: .json
        default: nil
        }
    }

    /// The type that the column's values have when they come from the log; nil for one that neither server has in
    /// ordinary tables.
    var type: ColumnType? {
        if hint == .json { return .json }
        switch dataType {
        case "tinyint": return integer(1)
        case "smallint": return integer(2)
        case "mediumint": return integer(3)
        case "int": return integer(4)
        case "bigint": return integer(8)
        case "decimal":
            guard let precision = numericPrecision.flatMap({ UInt8(exactly: $0) }),
                let scale = numericScale.flatMap({ UInt8(exactly: $0) })
            else { return nil }
            return .decimal(precision: precision, scale: scale)
        case "float": return .float
        case "double": return .double
        case "bit": return numericPrecision.flatMap { UInt8(exactly: $0) }.map { .bit(width: $0) }
        case "year": return .year
        case "date": return .date
        case "time": return digits.map { .time(fractionDigits: $0) }
        case "datetime": return digits.map { .dateTime(fractionDigits: $0) }
        case "timestamp": return digits.map { .timestamp(fractionDigits: $0) }
        case "char", "varchar", "tinytext", "text", "mediumtext", "longtext":
            return collationID.map { .text(Collation(id: $0)) }
        case "binary": return characterCount.flatMap { UInt16(exactly: $0) }.map { .binary(length: $0) }
        case "varbinary", "tinyblob", "blob", "mediumblob", "longblob": return .blob
        case "enum": return .enumeration(labels: labels)
        case "set": return .set(labels: labels)
        case "uuid": return .uuid
        case "inet4": return .inet4
        case "inet6": return .inet6
        // MySQL's; MariaDB's is a LONGTEXT.
        case "json": return .json
        case "vector": return .vector
        // The last is MySQL's name of a GEOMETRYCOLLECTION.
        case "geometry", "point", "linestring", "polygon", "multipoint", "multilinestring", "multipolygon",
            "geometrycollection", "geomcollection":
            return .geometry
        default: return nil
        }
    }

    /// Of an ENUM or SET.
    var labelCollation: Collation? {
        dataType == "enum" || dataType == "set" ? collationID.map { Collation(id: $0) } : nil
    }

    private func integer(_ byteCount: UInt8) -> ColumnType {
        .integer(byteCount: byteCount, unsigned: columnType.contains(" unsigned"))
    }

    private var digits: UInt8? { UInt8(exactly: fractionDigits ?? 0) }

    /// The labels in `enum('a','it''s')`, as `append_unescaped` (sql/unireg.cc) writes them: quotes doubled, and
    /// backslash, zero byte, line feed and carriage return behind a backslash, whatever the `sql_mode`.
    private var labels: [String] {
        var labels: [String] = []
        var label = ""
        var isInside = false
        var rest = columnType.unicodeScalars[...]
        while let scalar = rest.popFirst() {
            switch scalar {
            case "'" where !isInside: isInside = true
            case "'" where rest.first == "'":
                rest.removeFirst()
                label.unicodeScalars.append(scalar)
            case "'":
                labels.append(label)
                label = ""
                isInside = false
            case "\\" where isInside:
                switch rest.popFirst() {
                case "0": label.unicodeScalars.append("\0")
                case "n": label.unicodeScalars.append("\n")
                case "r": label.unicodeScalars.append("\r")
                case let other?: label.unicodeScalars.append(other)
                case nil: break
                }
            default:
                if isInside { label.unicodeScalars.append(scalar) }
            }
        }
        return labels
    }
}
