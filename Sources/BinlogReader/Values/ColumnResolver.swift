internal import Rows

/// Tells the type and format of one column after the other. Optional metadata counts columns of a kind on their own
/// (the third numeric one, the second with a character set), so they have to come in order.
struct ColumnResolver {
    private let optional: OptionalMetadata
    private let isMariaDB: Bool
    private var numericIndex = 0
    private var characterIndex = 0
    private var labelIndex = 0
    private var enumIndex = 0
    private var setIndex = 0
    /// Of the column resolved last, if it is an ENUM or SET and metadata tells.
    private(set) var labelCollation: Collation?

    init(optional: OptionalMetadata, isMariaDB: Bool) {
        self.optional = optional
        self.isMariaDB = isMariaDB
    }

    typealias Resolved = (type: ColumnType, format: ColumnFormat)

    mutating func resolve(_ column: TableMapEvent.Column) throws(DecodeError) -> Resolved {
        let (first, second) = column.metadata
        labelCollation = nil
        switch BinlogType(rawValue: column.typeCode) {
        case .tiny: return integer(1, isUnsigned() ? .uint8 : .int8)
        case .short: return integer(2, isUnsigned() ? .uint16 : .int16)
        case .int24: return integer(3, isUnsigned() ? .uint24 : .int24)
        case .long: return integer(4, isUnsigned() ? .uint32 : .int32)
        case .longLong: return integer(8, isUnsigned() ? .uint64 : .int64)
        case .float:
            _ = isUnsigned()
            return (.float, .float)
        case .double:
            _ = isUnsigned()
            return (.double, .double)
        case .newDecimal:
            _ = isUnsigned()
            guard let byteCount = ColumnFormat.decimalByteCount(precision: first, scale: second) else {
                throw .invalid(.columnMetadata, at: 0)
            }
            return (.decimal(precision: first, scale: second), .decimal(byteCount: byteCount))
        case .year:
            // An unsigned number to the writers of the metadata [seen on MariaDB 10.11 and MySQL 9.7].
            _ = isUnsigned()
            return (.year, .year)
        case .bit:
            // Odd bits, and whole bytes.
            let width = Int(second) * 8 + Int(first)
            guard first < 8, (1...64).contains(width) else { throw .invalid(.columnMetadata, at: 0) }
            return (.bit(width: UInt8(width)), .bit(byteCount: UInt8((width + 7) / 8)))
        case .date, .newDate: return (.date, .date)
        case .time2:
            let digits = try fractionDigits(first)
            return (.time(fractionDigits: digits), .time(fractionBytes: (digits + 1) / 2))
        case .dateTime2:
            let digits = try fractionDigits(first)
            return (.dateTime(fractionDigits: digits), .dateTime(fractionBytes: (digits + 1) / 2))
        case .timestamp2:
            let digits = try fractionDigits(first)
            return (.timestamp(fractionDigits: digits), .timestamp(fractionBytes: (digits + 1) / 2))
        case .time: return (.time(fractionDigits: 0), .oldTime)
        case .dateTime: return (.dateTime(fractionDigits: 0), .oldDateTime)
        case .timestamp: return (.timestamp(fractionDigits: 0), .oldTimestamp)
        case .varchar, .varString:
            let length = UInt16(first) | UInt16(second) << 8
            return (try characters(binary: .blob), .bytes(lengthBytes: length < 256 ? 1 : 2))
        case .compressedVarchar:
            // The length counts a byte that says how the value is compressed.
            let length = UInt16(first) | UInt16(second) << 8
            return (try characters(binary: .blob), .compressed(lengthBytes: length < 256 ? 1 : 2))
        case .blob: return (try characters(binary: .blob), .bytes(lengthBytes: try lengthBytes(first)))
        case .compressedBlob: return (try characters(binary: .blob), .compressed(lengthBytes: try lengthBytes(first)))
        case .string: return try string(first, second)
        case .enumeration, .set: return try labelled(column.typeCode, byteCount: second)
        case .geometry:
            // To MariaDB's writer of the metadata it has a character set, the binary one (Field_geom is a Field_blob); to MySQL's not.
            if isMariaDB { _ = try characters(binary: .blob) }
            return (.geometry, .bytes(lengthBytes: try lengthBytes(first)))
        case .json: return (.json, .json(lengthBytes: try lengthBytes(first)))
        case .vector: return (.vector, .bytes(lengthBytes: try lengthBytes(first)))
        case .oldDecimal: throw .unsupported(.columnType("DECIMAL of MySQL before 5.0"))
        case .null, nil: throw .unknownColumnType(column.typeCode)
        }
    }

    private func integer(_ byteCount: UInt8, _ format: ColumnFormat) -> Resolved {
        let isUnsigned =
            switch format {
            case .uint8, .uint16, .uint24, .uint32, .uint64: true
            default: false
            }
        return (.integer(byteCount: byteCount, unsigned: isUnsigned), format)
    }

    /// Counts a numeric column.
    private mutating func isUnsigned() -> Bool {
        let index = numericIndex
        numericIndex += 1
        guard let bits = optional.signedness, bits.indices.contains(index / 8) else { return false }
        return bits[index / 8] & (0x80 >> UInt8(index % 8)) != 0
    }

    private func fractionDigits(_ metadata: UInt8) throws(DecodeError) -> UInt8 {
        guard metadata <= 6 else { throw .invalid(.columnMetadata, at: 0) }
        return metadata
    }

    private func lengthBytes(_ metadata: UInt8) throws(DecodeError) -> UInt8 {
        guard (1...4).contains(metadata) else { throw .invalid(.columnMetadata, at: 0) }
        return metadata
    }

    /// Counts a column that has a character set: text, or `binary` if the set is "binary".
    private mutating func characters(binary: ColumnType) throws(DecodeError) -> ColumnType {
        let index = characterIndex
        characterIndex += 1
        guard let collations = optional.collations else { return .text(.unknown) }
        guard let collation = collations.collation(index) else { throw .invalid(.optionalMetadata, at: 0) }
        return collation == .binary ? binary : .text(collation)
    }

    /// CHAR, BINARY, ENUM and SET share a type code: the real one is in the metadata, whose spare bits lengthen the
    /// length of CHAR to ten bits (`Field_string::do_save_field_metadata`).
    private mutating func string(_ first: UInt8, _ second: UInt8) throws(DecodeError) -> Resolved {
        if first == BinlogType.enumeration.rawValue || first == BinlogType.set.rawValue {
            return try labelled(first, byteCount: second)
        }
        guard first | 0x30 == BinlogType.string.rawValue else { throw .invalid(.columnMetadata, at: 0) }
        let length = UInt16(second) | UInt16((first & 0x30) ^ 0x30) << 4
        return (try characters(binary: .binary(length: length)), .bytes(lengthBytes: length < 256 ? 1 : 2))
    }

    private mutating func labelled(_ typeCode: UInt8, byteCount: UInt8) throws(DecodeError) -> Resolved {
        guard (1...8).contains(byteCount) else { throw .invalid(.columnMetadata, at: 0) }
        let format = ColumnFormat.label(byteCount: byteCount)
        let collation = optional.labelCollations?.collation(labelIndex)
        labelCollation = collation
        labelIndex += 1
        if typeCode == BinlogType.set.rawValue {
            let labels = try labels(optional.setLabels, at: setIndex, collation)
            setIndex += 1
            return (.set(labels: labels), format)
        }
        let labels = try labels(optional.enumLabels, at: enumIndex, collation)
        enumIndex += 1
        return (.enumeration(labels: labels), format)
    }

    private func labels(
        _ lists: [[[UInt8]]]?, at index: Int, _ collation: Collation?
    ) throws(DecodeError) -> [String] {
        guard let lists else { return [] }
        guard lists.indices.contains(index) else { throw .invalid(.optionalMetadata, at: 0) }
        let collation = optional.hasUTF8Labels ? .utf8mb4 : collation ?? .unknown
        var labels: [String] = []
        labels.reserveCapacity(lists[index].count)
        for bytes in lists[index] { labels.append(try text(bytes, collation)) }
        return labels
    }

    private func text(_ bytes: [UInt8], _ collation: Collation) throws(DecodeError) -> String {
        do {
            return try collation.string(of: bytes)
        } catch .unsupportedCharset, .unknownCollation {
            throw .unsupported(.labelCharset(collation: collation.id))
        } catch {
            throw .invalid(.label, at: 0)
        }
    }
}
