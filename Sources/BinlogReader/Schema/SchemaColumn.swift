package import Rows

/// A column of a ``TableSchema``.
package struct SchemaColumn: Equatable, Sendable {
    /// `GENERATED ALWAYS AS`. The servers log both kinds.
    package enum Generation: String, Sendable {
        case virtual, stored
    }

    package var name: String
    package var declared: DeclaredType
    /// Of text, ENUM and SET; nil for all other types.
    package var collation: Collation?
    package var isNullable: Bool
    package var isInvisible = false
    package var generation: Generation?
    /// The column itself has MariaDB's `CHECK (json_valid(…))`.
    package var isCheckedJSON = false
    /// What the log leaves open about it; kept up by its table, whose constraints count too.
    package internal(set) var hint: ColumnHint?

    package init(_ name: String, _ declared: DeclaredType, collation: Collation? = nil, isNullable: Bool = true) {
        self.name = name
        self.declared = declared
        self.collation = collation
        self.isNullable = isNullable
    }
}

extension SchemaColumn {
    /// The type that its values have when they come from the log; nil where the declaration does not tell enough, which
    /// no column of a catalogue does.
    package var type: ColumnType? {
        if hint == .json { return .json }
        switch declared.keyword {
        case .tinyint: return integer(1)
        case .smallint: return integer(2)
        case .mediumint: return integer(3)
        case .int: return integer(4)
        case .bigint: return integer(8)
        case .decimal:
            guard let precision = length, let scale = declared.decimals.flatMap({ UInt8(exactly: $0) }) else {
                return nil
            }
            return .decimal(precision: precision, scale: scale)
        case .float: return .float
        case .double: return .double
        case .bit: return length.map { .bit(width: $0) }
        case .year: return .year
        case .date: return .date
        case .time: return length.map { .time(fractionDigits: $0) }
        case .datetime: return length.map { .dateTime(fractionDigits: $0) }
        case .timestamp: return length.map { .timestamp(fractionDigits: $0) }
        case .char, .varchar, .tinytext, .text, .mediumtext, .longtext: return collation.map { .text($0) }
        case .binary: return declared.length.flatMap { UInt16(exactly: $0) }.map { .binary(length: $0) }
        case .varbinary, .tinyblob, .blob, .mediumblob, .longblob: return .blob
        case .enumeration: return .enumeration(labels: declared.labels)
        case .set: return .set(labels: declared.labels)
        case .json: return .json
        case .vector: return .vector
        case .uuid: return .uuid
        case .inet4: return .inet4
        case .inet6: return .inet6
        case .geometry, .point, .linestring, .polygon, .multipoint, .multilinestring, .multipolygon,
            .geometryCollection:
            return .geometry
        }
    }

    private func integer(_ byteCount: UInt8) -> ColumnType {
        .integer(byteCount: byteCount, unsigned: declared.isUnsigned)
    }

    private var length: UInt8? { declared.length.flatMap { UInt8(exactly: $0) } }
}
