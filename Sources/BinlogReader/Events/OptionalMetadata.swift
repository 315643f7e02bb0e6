internal import Rows

/// What a TABLE_MAP event tells beyond its fixed part, with `binlog_row_metadata` MINIMAL or FULL: a list of type,
/// length, value (`Optional_metadata_fields`). Unknown types are passed over.
struct OptionalMetadata: Equatable {
    /// Collations of a kind of columns, which count on their own from 0.
    enum Collations: Equatable {
        /// One for all but those in the list.
        case usual(UInt16, except: [Int: UInt16])
        case each([UInt16])

        func collation(_ index: Int) -> Collation? {
            switch self {
            case .usual(let usual, let exceptions):
                Collation(id: exceptions[index] ?? usual)
            case .each(let list):
                list.indices.contains(index) ? Collation(id: list[index]) : nil
            }
        }
    }

    /// A bit for each numeric column, the highest bit of the first byte first; 1 is UNSIGNED.
    var signedness: [UInt8]?
    /// Of character columns.
    var collations: Collations?
    /// Of ENUM and SET columns, counted together.
    var labelCollations: Collations?
    var names: [String]?
    var setLabels: [[[UInt8]]]?
    var enumLabels: [[[UInt8]]]?
    /// Labels are UTF-8, whatever the columns' character sets: they come from a ``TableSchema``, and not from the log.
    var hasUTF8Labels = false
    /// Indices of the primary key's columns.
    var primaryKey: [Int]?

    var isEmpty: Bool {
        self == OptionalMetadata()
    }

    init() {}

    /// Field types (`Optional_metadata_field_type`).
    private enum Kind: UInt8 {
        case signedness = 1
        case defaultCharset = 2
        case columnCharset = 3
        case columnName = 4
        case setLabels = 5
        case enumLabels = 6
        case geometryType = 7
        case simplePrimaryKey = 8
        case prefixedPrimaryKey = 9
        case labelDefaultCharset = 10
        case labelColumnCharset = 11
        /// MySQL: invisible columns, whose values come like all others.
        case columnVisibility = 12
        /// MySQL: how many numbers a VECTOR has room for.
        case vectorDimensions = 13
    }

    init(from body: inout ByteCursor) throws(DecodeError) {
        while body.remaining > 0 {
            let code = try body.read(UInt8.self)
            var value = try body.block(try body.readPackedCount())
            switch Kind(rawValue: code) {
            case .signedness: signedness = try value.readBytes(value.remaining)
            case .defaultCharset: collations = try Self.usual(&value)
            case .columnCharset: collations = .each(try Self.collations(&value))
            case .columnName: names = try Self.names(&value)
            case .setLabels: setLabels = try Self.labels(&value)
            case .enumLabels: enumLabels = try Self.labels(&value)
            case .simplePrimaryKey: primaryKey = try Self.primaryKey(&value, withPrefixes: false)
            case .prefixedPrimaryKey: primaryKey = try Self.primaryKey(&value, withPrefixes: true)
            case .labelDefaultCharset: labelCollations = try Self.usual(&value)
            case .labelColumnCharset: labelCollations = .each(try Self.collations(&value))
            case .geometryType, .columnVisibility, .vectorDimensions, nil: break
            }
        }
    }

    private static func usual(_ value: inout ByteCursor) throws(DecodeError) -> Collations {
        let usual = try small(&value)
        var exceptions: [Int: UInt16] = [:]
        while value.remaining > 0 {
            let index = Int(try small(&value))
            exceptions[index] = try small(&value)
        }
        return .usual(usual, except: exceptions)
    }

    private static func collations(_ value: inout ByteCursor) throws(DecodeError) -> [UInt16] {
        var list: [UInt16] = []
        while value.remaining > 0 { list.append(try small(&value)) }
        return list
    }

    private static func names(_ value: inout ByteCursor) throws(DecodeError) -> [String] {
        var list: [String] = []
        while value.remaining > 0 { list.append(try value.readName(try value.readPackedCount())) }
        return list
    }

    /// For each column of the kind: how many labels, then each with its length.
    private static func labels(_ value: inout ByteCursor) throws(DecodeError) -> [[[UInt8]]] {
        var columns: [[[UInt8]]] = []
        while value.remaining > 0 {
            // Each label takes a byte at least, so this is no more than what is left.
            let count = try value.readPackedCount()
            var labels: [[UInt8]] = []
            labels.reserveCapacity(count)
            for _ in 0..<count { labels.append(try value.readBytes(try value.readPackedCount())) }
            columns.append(labels)
        }
        return columns
    }

    private static func primaryKey(
        _ value: inout ByteCursor, withPrefixes: Bool
    ) throws(DecodeError) -> [Int] {
        var columns: [Int] = []
        while value.remaining > 0 {
            columns.append(Int(try small(&value)))
            if withPrefixes { _ = try value.readPacked() }  // bytes of the column in the key; 0: all
        }
        return columns
    }

    /// A column's index or a collation's number.
    private static func small(_ value: inout ByteCursor) throws(DecodeError) -> UInt16 {
        let start = value.offset
        guard let small = UInt16(exactly: try value.readPacked()) else { throw .invalid(.optionalMetadata, at: start) }
        return small
    }
}
