import FuzzSupport

@testable import BinlogReader

/// Makes the bytes of events, as MariaDB 10.11 writes them.
struct EventBuilder {
    var hasChecksums = true
    var serverVersion = "10.11.19-MariaDB-log"
    var timestamp: UInt32 = 1_700_000_000
    var serverID: UInt32 = 1
    /// Bytes that headers have behind the usual 19.
    var extraHeaderLength = 0
    /// Where the next event begins: what the headers say of it.
    var offset: UInt64 = 4

    /// Post-header lengths of MariaDB 10.11, from its own FORMAT_DESCRIPTION event; 0 from the 40th to the 159th.
    static let postHeaderLengths: [UInt8] =
        [
            56, 13, 0, 8, 0, 18, 0, 4, 4, 4, 4, 18, 0, 0, 228, 0, 4, 26, 8, 0, 0, 0, 8, 8, 8, 2, 0, 0, 0, 10, 10, 10, 0,
            0, 0, 0, 0, 0, 10, 10, 10,
        ] + [UInt8](repeating: 0, count: 118) + [0, 4, 19, 4, 0, 13, 8, 8, 8, 10, 10, 10]

    mutating func event(
        _ type: UInt8, _ body: [UInt8], flags: UInt16 = 0, nextOffset: UInt32? = nil
    ) -> [UInt8] {
        let isShort = type == EventType.formatDescription.rawValue || type == EventType.rotate.rawValue
        let body = [UInt8](repeating: 0xEE, count: isShort ? 0 : extraHeaderLength) + body
        let size = 19 + body.count + (hasChecksums ? 4 : 0)
        offset += UInt64(size)
        var bytes = le(timestamp) + [type] + le(serverID) + le(UInt32(size))
        bytes += le(nextOffset ?? UInt32(truncatingIfNeeded: offset)) + le(flags) + body
        if hasChecksums { bytes += le(StoredFrames.crc32(bytes)) }
        return bytes
    }

    mutating func event(
        _ type: EventType, _ body: [UInt8], flags: UInt16 = 0, nextOffset: UInt32? = nil
    ) -> [UInt8] {
        event(type.rawValue, body, flags: flags, nextOffset: nextOffset)
    }

    /// Ends in a checksum, whatever the other events do.
    mutating func formatDescription(flags: UInt16 = 0, nextOffset: UInt32? = nil, created: UInt32 = 0) -> [UInt8] {
        let others = hasChecksums
        hasChecksums = true
        defer { hasChecksums = others }
        var version = Array(serverVersion.utf8)
        version += [UInt8](repeating: 0, count: 50 - version.count)
        let body =
            le(UInt16(4)) + version + le(created) + [UInt8(19 + extraHeaderLength)]
            + Self.postHeaderLengths + [others ? 1 : 0]
        var bytes = event(.formatDescription, body, nextOffset: nextOffset)
        bytes[17] |= UInt8(flags & 0xFF)  // behind the checksum's back, as a server sets the in-use flag
        return bytes
    }

    /// Of what `gtid` makes.
    static let gtidSize = 19 + 19 + 4

    mutating func gtid(_ sequence: UInt64, domain: UInt32 = 0, isStandalone: Bool = false) -> [UInt8] {
        let flags: UInt8 = isStandalone ? 1 : 0
        return event(.mariadbGTID, le(sequence) + le(domain) + [flags] + [UInt8](repeating: 0, count: 6))
    }

    mutating func query(_ text: String, database: String = "d", status: [UInt8] = [0, 0, 0, 0, 0]) -> [UInt8] {
        event(.query, Self.queryBody(text, database: database, status: status))
    }

    static func queryBody(_ text: String, database: String = "d", status: [UInt8] = []) -> [UInt8] {
        var body = le(UInt32(7)) + le(UInt32(0)) + [UInt8(database.utf8.count)] + le(UInt16(0))
        body += le(UInt16(status.count)) + status
        return body + Array(database.utf8) + [0] + Array(text.utf8)
    }

    mutating func xid() -> [UInt8] { event(.xid, le(UInt64(1))) }

    mutating func rotate(to file: String, offset: UInt64 = 4, flags: UInt16 = 0, nextOffset: UInt32? = nil) -> [UInt8] {
        event(.rotate, le(offset) + Array(file.utf8), flags: flags, nextOffset: nextOffset)
    }

    /// A table of INT columns named `a`, `b`, … or without names.
    mutating func tableMap(_ id: UInt64, _ table: String = "t", columnCount: Int = 1, hasNames: Bool = true) -> [UInt8]
    {
        var optional: [UInt8] = []
        if hasNames {
            let names = (0..<columnCount).flatMap { [1, UInt8(ascii: "a") + UInt8($0)] }
            optional = [1, 1, 0, 4, UInt8(names.count)] + names
        }
        return event(
            .tableMap,
            Self.tableMapBody(
                id, table, types: [UInt8](repeating: 3, count: columnCount), metadata: [], optional: optional))
    }

    static func tableMapBody(
        _ id: UInt64, _ table: String = "t", types: [UInt8], metadata: [UInt8], nulls: [UInt8]? = nil,
        optional: [UInt8] = []
    ) -> [UInt8] {
        var body = Array(le(id).prefix(6)) + le(UInt16(1)) + [1] + Array("d".utf8) + [0]
        body += [UInt8(table.utf8.count)] + Array(table.utf8) + [0] + [UInt8(types.count)] + types
        body += [UInt8(metadata.count)] + metadata
        return body + (nulls ?? [UInt8](repeating: 0xFF, count: (types.count + 7) / 8)) + optional
    }

    /// A version 1 rows event of which all columns are present.
    mutating func rows(
        _ type: EventType, _ id: UInt64, columnCount: Int = 1, endsStatement: Bool = true, _ rows: [UInt8]
    ) -> [UInt8] {
        event(type, Self.rowsBody(type, id, columnCount: columnCount, endsStatement: endsStatement) + rows)
    }

    static func rowsBody(
        _ type: EventType, _ id: UInt64, columnCount: Int, endsStatement: Bool = true
    ) -> [UInt8] {
        let isUpdate = [.updateRowsV1, .updateRowsV2, .compressedUpdateRowsV1].contains(type)
        let bitmap = (0..<(columnCount + 7) / 8).map { index -> UInt8 in
            let left = columnCount - index * 8
            return left >= 8 ? 0xFF : UInt8(1 << left - 1)
        }
        return Array(le(id).prefix(6)) + le(UInt16(endsStatement ? 1 : 0)) + [UInt8(columnCount)] + bitmap
            + (isUpdate ? bitmap : [])
    }
}

/// `number` in little endian.
func le(_ number: some FixedWidthInteger) -> [UInt8] {
    withUnsafeBytes(of: number.littleEndian) { Array($0) }
}

/// Bytes from hexadecimal digits; spaces are for the eye.
func hex(_ text: String) -> [UInt8] {
    let digits = text.filter { !$0.isWhitespace }
    return stride(from: 0, to: digits.count, by: 2).map { index in
        let start = digits.index(digits.startIndex, offsetBy: index)
        return UInt8(digits[start..<digits.index(start, offsetBy: 2)], radix: 16) ?? 0
    }
}
