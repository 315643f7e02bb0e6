internal import Rows

/// How a column of a declared type stands in the fixed part of TABLE_MAP events: its type code, and the bytes behind it
/// (`Field::do_save_field_metadata` and its overrides).
struct LoggedForm {
    /// Any of these.
    private var forms: [(typeCode: BinlogType, metadata: (UInt8, UInt8))]

    /// What optional metadata count the column among.
    enum Kind {
        case number, characters, labels, other
    }

    func fits(_ column: TableMapEvent.Column) -> Bool {
        forms.contains { $0.typeCode.rawValue == column.typeCode && $0.metadata == column.metadata }
    }

    init(of column: SchemaColumn, isMariaDB: Bool) {
        let declared = column.declared
        let length = declared.length ?? 0
        let digits = UInt8(clamping: length)
        switch declared.keyword {
        case .tinyint: forms = [(.tiny, (0, 0))]
        case .smallint: forms = [(.short, (0, 0))]
        case .mediumint: forms = [(.int24, (0, 0))]
        case .int: forms = [(.long, (0, 0))]
        case .bigint: forms = [(.longLong, (0, 0))]
        case .float: forms = [(.float, (4, 0))]
        case .double: forms = [(.double, (8, 0))]
        case .decimal: forms = [(.newDecimal, (digits, UInt8(clamping: declared.decimals ?? 0)))]
        case .bit: forms = [(.bit, (digits % 8, digits / 8))]
        case .year: forms = [(.year, (0, 0))]
        case .date: forms = [(.date, (0, 0)), (.newDate, (0, 0))]
        // Tables from before MySQL 5.6, and of MariaDB with mysql56_temporal_format=OFF, keep the older forms.
        case .time: forms = [(.time2, (digits, 0)), (.time, (0, 0))]
        case .datetime: forms = [(.dateTime2, (digits, 0)), (.dateTime, (0, 0))]
        case .timestamp: forms = [(.timestamp2, (digits, 0)), (.timestamp, (0, 0))]
        case .char: forms = Self.fixed(length * Self.width(column))
        case .binary: forms = Self.fixed(length)
        case .varchar: forms = Self.varying(length * Self.width(column), declared.isCompressed)
        case .varbinary: forms = Self.varying(length, declared.isCompressed)
        case .tinytext, .tinyblob: forms = Self.blob(1, declared.isCompressed)
        case .text, .blob: forms = Self.blob(2, declared.isCompressed)
        case .mediumtext, .mediumblob: forms = Self.blob(3, declared.isCompressed)
        case .longtext, .longblob: forms = Self.blob(4, declared.isCompressed)
        case .enumeration: forms = Self.labels(.enumeration, byteCount: declared.labels.count < 256 ? 1 : 2)
        case .set:
            let byteCount = (declared.labels.count + 7) / 8
            forms = Self.labels(.set, byteCount: byteCount > 4 ? 8 : UInt8(max(byteCount, 1)))
        case .json: forms = isMariaDB ? Self.blob(4, declared.isCompressed) : [(.json, (4, 0))]
        // To MariaDB it is a VARBINARY.
        case .vector: forms = isMariaDB ? Self.varying(length * 4, false) : [(.vector, (4, 0))]
        case .uuid, .inet6: forms = Self.fixed(16)
        case .inet4: forms = Self.fixed(4)
        case .geometry, .point, .linestring, .polygon, .multipoint, .multilinestring, .multipolygon,
            .geometryCollection:
            forms = [(.geometry, (4, 0))]
        }
    }

    private typealias Forms = [(typeCode: BinlogType, metadata: (UInt8, UInt8))]

    /// The length has ten bits, of which two are in the real type, upside down (`Field_string::do_save_field_metadata`).
    private static func fixed(_ byteCount: Int) -> Forms {
        let high = UInt8(truncatingIfNeeded: byteCount >> 4) & 0x30 ^ 0x30
        return [(.string, (BinlogType.string.rawValue & ~0x30 | high, UInt8(truncatingIfNeeded: byteCount)))]
    }

    private static func varying(_ byteCount: Int, _ isCompressed: Bool) -> Forms {
        // One byte more says how the value is compressed.
        let count = isCompressed ? byteCount + 1 : byteCount
        let metadata = (UInt8(truncatingIfNeeded: count), UInt8(truncatingIfNeeded: count >> 8))
        return isCompressed ? [(.compressedVarchar, metadata)] : [(.varchar, metadata), (.varString, metadata)]
    }

    private static func blob(_ lengthBytes: UInt8, _ isCompressed: Bool) -> Forms {
        [(isCompressed ? .compressedBlob : .blob, (lengthBytes, 0))]
    }

    private static func labels(_ type: BinlogType, byteCount: UInt8) -> Forms {
        [(.string, (type.rawValue, byteCount)), (type, (type.rawValue, byteCount))]
    }

    /// Bytes that a character takes at most.
    private static func width(_ column: SchemaColumn) -> Int { column.collation?.charset?.bytesPerCharacter ?? 1 }

    static func kind(of column: SchemaColumn, isMariaDB: Bool) -> Kind {
        switch column.declared.keyword {
        case .tinyint, .smallint, .mediumint, .int, .bigint, .float, .double, .decimal, .year: .number
        case .enumeration, .set: .labels
        case .char, .varchar, .tinytext, .text, .mediumtext, .longtext, .binary, .varbinary, .tinyblob, .blob,
            .mediumblob, .longblob, .uuid, .inet4, .inet6:
            .characters
        case .json, .vector, .geometry, .point, .linestring, .polygon, .multipoint, .multilinestring, .multipolygon,
            .geometryCollection:
            isMariaDB ? .characters : .other
        case .bit, .date, .time, .datetime, .timestamp: .other
        }
    }
}

extension SchemaColumn {
    /// As a CREATE TABLE has it, for messages.
    var text: String {
        let numbers = [declared.length, declared.decimals].compactMap { $0.map(String.init) }.joined(separator: ",")
        return declared.keyword.rawValue.uppercased() + (numbers.isEmpty ? "" : "(\(numbers))")
            + (declared.labels.isEmpty ? "" : " with \(declared.labels.count) labels")
            + (collation?.charset.map { " of \($0.name)" } ?? "") + (isNullable ? " NULL" : " NOT NULL")
    }
}

extension TableMapEvent.Column {
    /// What the log tells, for messages.
    var text: String {
        let (first, second) = metadata
        let length = Int(first) | Int(second) << 8
        let type =
            switch BinlogType(rawValue: typeCode) {
            case .tiny: "TINYINT"
            case .short: "SMALLINT"
            case .int24: "MEDIUMINT"
            case .long: "INT"
            case .longLong: "BIGINT"
            case .newDecimal: "DECIMAL(\(first),\(second))"
            case .bit: "BIT(\(Int(second) * 8 + Int(first)))"
            case .varchar, .varString, .compressedVarchar: "a VARCHAR or VARBINARY of \(length) bytes"
            case .blob, .compressedBlob: "a TEXT or BLOB with lengths of \(first) bytes"
            case .string where first == BinlogType.enumeration.rawValue: "an ENUM of \(second) bytes"
            case .string where first == BinlogType.set.rawValue: "a SET of \(second) bytes"
            case .string: "a CHAR or BINARY of \(Int(second) | Int((first & 0x30) ^ 0x30) << 4) bytes"
            case .time2: "TIME(\(first))"
            case .dateTime2: "DATETIME(\(first))"
            case .timestamp2: "TIMESTAMP(\(first))"
            case let other?: "\(other)".uppercased()
            case nil: "type \(typeCode)"
            }
        return type + (isNullable ? " NULL" : " NOT NULL")
    }
}
