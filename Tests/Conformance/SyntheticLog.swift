@testable import BinlogReader

/// Events in memory, as a file of MySQL 8.0 has them, around bytes of the corpus.
struct SyntheticLog {
    private(set) var events: [[UInt8]] = []
    private let hasChecksums: Bool

    /// Bytes between header and body by event type, of MySQL 8.0, from its own FORMAT_DESCRIPTION event.
    private static let postHeaderLengths: [UInt8] = [
        56, 13, 0, 8, 0, 18, 0, 4, 4, 4, 4, 18, 0, 0, 98, 0, 4, 26, 8, 0, 0, 0, 8, 8, 8, 2, 0, 0, 0, 10, 10, 10, 42, 42,
        0, 18, 52, 0, 10, 40, 0, 0,
    ]

    init(hasChecksums: Bool = false) {
        self.hasChecksums = hasChecksums
        var version = Array("8.0.45".utf8)
        version += [UInt8](repeating: 0, count: 50 - version.count)
        // The checksum at its end is not verified: see ``Reading/options``.
        let algorithm: UInt8 = hasChecksums ? 1 : 0
        let body = Self.bytes(UInt16(4)) + version + Self.bytes(UInt32(0)) + [19] + Self.postHeaderLengths
        add(.formatDescription, body + [algorithm, 0, 0, 0, 0], checksum: [])
    }

    /// Adds an event of which the body is known.
    mutating func add(_ type: EventType, _ body: [UInt8], flags: UInt16 = 0) {
        add(type.rawValue, body, flags: flags)
    }

    mutating func add(_ type: UInt8, _ body: [UInt8], flags: UInt16 = 0) {
        add(type, body, flags: flags, checksum: hasChecksums ? [0, 0, 0, 0] : [])
    }

    /// Adds a whole event, header and all.
    mutating func add(event: [UInt8]) { events.append(event) }

    mutating func begin() {
        let status = Self.bytes(UInt16(0))
        add(.query, Self.bytes(UInt32(7)) + Self.bytes(UInt32(0)) + [0] + status + status + [0] + Array("BEGIN".utf8))
    }

    mutating func commit() { add(.xid, Self.bytes(UInt64(1))) }

    private mutating func add(_ type: EventType, _ body: [UInt8], checksum: [UInt8]) {
        add(type.rawValue, body, flags: 0, checksum: checksum)
    }

    private mutating func add(_ type: UInt8, _ body: [UInt8], flags: UInt16, checksum: [UInt8]) {
        let size = EventHeader.byteCount + body.count + checksum.count
        var bytes = Self.bytes(UInt32(1_700_000_000)) + [type] + Self.bytes(UInt32(1)) + Self.bytes(UInt32(size))
        bytes += Self.bytes(UInt32(0)) + Self.bytes(flags) + body + checksum
        events.append(bytes)
    }

    static func bytes(_ number: some FixedWidthInteger) -> [UInt8] {
        withUnsafeBytes(of: number.littleEndian) { Array($0) }
    }
}

extension SyntheticLog {
    static let tableID: UInt64 = 42

    /// One transaction with one inserted row of a table whose columns have these types: `values` is the row behind its
    /// bitmap of NULLs, of which none is set.
    /// - Parameter isUnsigned: of the first numeric column.
    static func row(types: [UInt8], metadata: [UInt8], isUnsigned: Bool = false, values: [UInt8]) -> SyntheticLog {
        let id = Array(bytes(tableID).prefix(6))
        let bitmap = [UInt8](repeating: 0xFF, count: (types.count + 7) / 8)
        let nulls = [UInt8](repeating: 0, count: bitmap.count)
        var map = id + bytes(UInt16(1)) + [1] + Array("d".utf8) + [0, 1] + Array("t".utf8) + [0]
        map += [UInt8(types.count)] + types + [UInt8(metadata.count)] + metadata + bitmap
        if isUnsigned { map += [1, 1, 0x80] }
        var log = SyntheticLog()
        log.begin()
        log.add(.tableMap, map)
        log.add(.writeRowsV1, id + bytes(UInt16(1)) + [UInt8(types.count)] + bitmap + nulls + values)
        log.commit()
        return log
    }
}
