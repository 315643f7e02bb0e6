import Rows

/// How the values of a column are written, so that the target's column keeps every one as it is.
enum MySQLStorage: Equatable {
    /// Digits, unquoted: exact for integers and decimals.
    case number
    /// A 32-bit number, as the digits of the Double that it is: the server reads numbers as such.
    case float
    /// A number with an exponent, which makes it no DECIMAL.
    case double
    /// Canonical text in quotes that needs no escapes.
    case plain
    /// Canonical text in quotes.
    case text
    /// Likewise; a blank at the end, which a CHAR would lose, is refused.
    case unpaddedText
    /// Bytes in quotes.
    case bytes

    /// Nil: the column would change some values of `type`, or refuse most.
    init?(_ type: ColumnType, in column: MySQLTableSchema.Column) {
        let target = column.dataType
        let isText = Self.textTypes.contains(target)
        let isChar = target == "char"
        switch type {
        case .integer where Self.integerTypes.contains(target): self = .number
        case .integer where target == "decimal" && column.scale == 0: self = .number
        case .decimal(_, let scale) where target == "decimal" && column.scale >= Int(scale): self = .number
        case .bit where target == "bit" || Self.integerTypes.contains(target): self = .number
        case .year where target == "year" || Self.integerTypes.contains(target): self = .number
        case .float where target == "float": self = .float
        case .float where target == "double": self = .double
        case .double where target == "double": self = .double
        case .date where target == "date": self = .plain
        case .time(let digits) where target == "time" && column.fractionDigits >= Int(digits): self = .plain
        case .dateTime(let digits) where target == "datetime" && column.fractionDigits >= Int(digits): self = .plain
        case .timestamp(let digits)
        where ["timestamp", "datetime"].contains(target) && column.fractionDigits >= Int(digits):
            self = .plain
        case .integer, .decimal, .bit, .year, .float, .double, .date, .time, .dateTime, .timestamp:
            guard isText else { return nil }
            self = .plain
        case .uuid, .inet4, .inet6:
            guard isText || target == type.serverName else { return nil }
            self = .plain
        case .text where isText: self = isChar ? .unpaddedText : .text
        case .text where target == "varbinary" || target.hasSuffix("blob"): self = .text
        case .json where isText || target == "json": self = .text
        case .enumeration(let labels) where target == "enum", .set(let labels) where target == "set":
            guard Set(Self.labels(of: column.columnType).map(Self.shown)).isSuperset(of: labels.map(Self.shown)) else {
                return nil
            }
            self = .text
        case .enumeration where isText, .set where isText: self = isChar ? .unpaddedText : .text
        case .binary(let length) where target == "binary" && column.length == Int(length): self = .bytes
        case .binary where target == "varbinary" || target.hasSuffix("blob"): self = .bytes
        case .blob where target == "varbinary" || target.hasSuffix("blob"): self = .bytes
        case .vector where target == "vector" || target.hasSuffix("blob"): self = .bytes
        // As the server keeps them: SRID and WKB. ST_GeomFromWKB would turn axes, and refuse an SRID unknown to it.
        case .geometry where Self.geometryTypes.contains(target) || target.hasSuffix("blob"): self = .bytes
        default: return nil
        }
    }

    private static let integerTypes: Set<String> = ["tinyint", "smallint", "mediumint", "int", "bigint"]
    private static let textTypes: Set<String> = ["char", "varchar", "tinytext", "text", "mediumtext", "longtext"]
    private static let geometryTypes: Set<String> = [
        "geometry", "point", "linestring", "polygon", "multipoint", "multilinestring", "multipolygon",
        "geometrycollection", "geomcollection",
    ]

    /// A label as MariaDB's information_schema has it, whose own text is utf8mb3: with `?` for what needs four bytes.
    private static func shown(_ label: String) -> String {
        String(String.UnicodeScalarView(label.unicodeScalars.map { $0.value > 0xFFFF ? "?" : $0 }))
    }

    /// The labels of `enum('a','it''s')`, as information_schema writes them (`append_unescaped` in sql/unireg.cc).
    static func labels(of columnType: String) -> [String] {
        var labels: [String] = []
        var label: [UInt8] = []
        var isInside = false
        var rest = columnType.utf8[...]
        while let byte = rest.popFirst() {
            switch byte {
            case UInt8(ascii: "'") where isInside && rest.first == byte:
                label.append(byte)
                rest.removeFirst()
            case UInt8(ascii: "'"):
                if isInside { labels.append(String(validating: label, as: UTF8.self) ?? "") }
                label.removeAll()
                isInside.toggle()
            case UInt8(ascii: "\\") where isInside:
                guard let escaped = rest.popFirst() else { break }
                switch escaped {
                case UInt8(ascii: "0"): label.append(0)
                case UInt8(ascii: "n"): label.append(0x0A)
                case UInt8(ascii: "r"): label.append(0x0D)
                default: label.append(escaped)
                }
            default:
                if isInside { label.append(byte) }
            }
        }
        return labels
    }
}

extension ColumnType {
    /// The type that a target column should be declared with to keep all values of this one.
    func declaration(isMariaDB: Bool) -> String {
        switch self {
        case .integer(let bytes, let unsigned):
            let name = [1: "TINYINT", 2: "SMALLINT", 3: "MEDIUMINT", 4: "INT"][bytes] ?? "BIGINT"
            return unsigned ? name + " UNSIGNED" : name
        case .decimal(let precision, let scale): return "DECIMAL(\(precision),\(scale))"
        case .float: return "FLOAT"
        case .double: return "DOUBLE"
        case .bit(let width): return "BIT(\(width))"
        case .year: return "YEAR"
        case .date: return "DATE"
        case .time(let digits): return digits == 0 ? "TIME" : "TIME(\(digits))"
        case .dateTime(let digits): return digits == 0 ? "DATETIME" : "DATETIME(\(digits))"
        case .timestamp(let digits): return digits == 0 ? "TIMESTAMP" : "TIMESTAMP(\(digits))"
        case .text: return "LONGTEXT"
        case .binary(let length): return "BINARY(\(length))"
        case .blob: return "LONGBLOB"
        case .enumeration(let labels): return "ENUM(\(Self.list(labels)))"
        case .set(let labels): return "SET(\(Self.list(labels)))"
        case .json: return "JSON"
        case .geometry: return "GEOMETRY"
        case .vector: return isMariaDB ? "LONGBLOB" : "VECTOR(16383)"
        case .uuid: return isMariaDB ? "UUID" : "CHAR(36) CHARACTER SET ascii"
        case .inet4: return isMariaDB ? "INET4" : "VARCHAR(15) CHARACTER SET ascii"
        case .inet6: return isMariaDB ? "INET6" : "VARCHAR(45) CHARACTER SET ascii"
        }
    }

    /// MariaDB's name of a type that MySQL does not have.
    fileprivate var serverName: String? {
        switch self {
        case .uuid: "uuid"
        case .inet4: "inet4"
        case .inet6: "inet6"
        default: nil
        }
    }

    private static func list(_ labels: [String]) -> String {
        labels.map { "'" + $0.replacing("\\", with: "\\\\").replacing("'", with: "''") + "'" }.joined(separator: ",")
    }
}
