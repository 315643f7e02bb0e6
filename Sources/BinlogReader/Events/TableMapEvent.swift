/// TABLE_MAP: gives a table the id by which the rows events of a statement name it, and describes its columns
/// (`Table_map_log_event`). Read in two steps, since of a table that is not selected only the name matters.
struct TableMapEvent: Equatable {
    /// One column, as the event's fixed part tells.
    struct Column: Equatable {
        var typeCode: UInt8
        /// The type's bytes of metadata, in the order of the event; 0 where it has none.
        var metadata: (UInt8, UInt8)
        var isNullable: Bool

        static func == (left: Column, right: Column) -> Bool {
            left.typeCode == right.typeCode && left.metadata == right.metadata && left.isNullable == right.isNullable
        }
    }

    /// The event's first part, which `cursor` passes over.
    struct Name: Equatable {
        var database: String
        var table: String

        /// `body` stands right after the post-header.
        init(from body: inout ByteCursor) throws(DecodeError) {
            database = try body.readName(try body.readPackedCount())
            try body.skip(1)  // NUL
            table = try body.readName(try body.readPackedCount())
            try body.skip(1)
        }
    }

    var columns: [Column]
    var optional: OptionalMetadata

    /// True if only the live table can tell what some columns are; `hasVectors`: see ``EventLayout/hasVectors``.
    func hasCandidates(hasVectors: Bool) -> Bool {
        columns.contains { TableLayout.isCandidate($0) || hasVectors && $0.mayBeVector }
    }

    /// Reads the post-header: the table's id, and flags that tell nothing to us.
    static func readTableID(from body: inout ByteCursor, postHeaderLength: Int) throws(DecodeError) -> UInt64 {
        // 6: MySQL before 5.1.4 wrote ids of 4 bytes.
        guard postHeaderLength == 6 || postHeaderLength == 8 else { throw .invalid(.postHeaderLength, at: body.offset) }
        let id = try body.readUInt(byteCount: postHeaderLength - 2)
        try body.skip(2)
        return id
    }

    /// The most columns a table can have: 4096, and some for what servers add unseen. A rows event has a bitmap of
    /// them, so a larger number is no table's.
    private static let greatestColumnCount = 1 << 16

    /// `body` stands right after the ``Name``.
    init(from body: inout ByteCursor) throws(DecodeError) {
        let start = body.offset
        let count = try body.readPackedCount()
        guard count > 0, count <= Self.greatestColumnCount else { throw .invalid(.columnCount, at: start) }
        let types = try body.readBytes(count)
        var metadata = try body.block(try body.readPackedCount())
        let nulls = try body.readBytes((count + 7) / 8)
        columns = []
        columns.reserveCapacity(count)
        for (index, typeCode) in types.enumerated() {
            var bytes: (UInt8, UInt8) = (0, 0)
            switch Self.metadataLength(typeCode) {
            case 1: bytes.0 = try metadata.read(UInt8.self)
            case 2: bytes = (try metadata.read(UInt8.self), try metadata.read(UInt8.self))
            default: break
            }
            let isNullable = nulls[index / 8] & (1 << UInt8(index % 8)) != 0
            columns.append(Column(typeCode: typeCode, metadata: bytes, isNullable: isNullable))
        }
        guard metadata.remaining == 0 else { throw .invalid(.columnMetadata, at: metadata.offset) }
        optional = try OptionalMetadata(from: &body)
    }

    /// Bytes of metadata by type (`Field::do_save_field_metadata` and its overrides).
    private static func metadataLength(_ typeCode: UInt8) -> Int {
        switch BinlogType(rawValue: typeCode) {
        case .float, .double, .blob, .geometry, .json, .vector, .timestamp2, .dateTime2, .time2, .compressedBlob: 1
        case .varchar, .bit, .newDecimal, .string, .varString, .enumeration, .set, .compressedVarchar: 2
        default: 0
        }
    }
}

/// The type codes of columns in TABLE_MAP events (`enum_field_types`), of either server.
enum BinlogType: UInt8 {
    case oldDecimal = 0
    case tiny = 1
    case short = 2
    case long = 3
    case float = 4
    case double = 5
    case null = 6
    case timestamp = 7
    case longLong = 8
    case int24 = 9
    case date = 10
    case time = 11
    case dateTime = 12
    case year = 13
    case newDate = 14
    case varchar = 15
    case bit = 16
    case timestamp2 = 17
    case dateTime2 = 18
    case time2 = 19
    case compressedBlob = 140
    case compressedVarchar = 141
    case vector = 242
    case json = 245
    case newDecimal = 246
    case enumeration = 247
    case set = 248
    case blob = 252
    case varString = 253
    case string = 254
    case geometry = 255
}
