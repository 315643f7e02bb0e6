/// The 19 bytes that begin every event of binlog version 4 (`Log_event_header`, "Binlog Event Header" in the manual).
struct EventHeader: Equatable {
    static let byteCount = 19
    /// Where the flags lie.
    static let flagsOffset = 17

    /// Seconds since 1970 UTC; 0 in artificial events.
    var timestamp: UInt32
    var typeCode: UInt8
    /// Nil: unknown.
    var type: EventType?
    var serverID: UInt32
    /// Of the whole event: header, body, checksum.
    var size: UInt32
    /// Low 32 bits of the offset right after the event in the source's file; 0 if it has none there, and from MariaDB
    /// 11.4 on also inside transactions.
    var nextOffset: UInt32
    var flags: Flags

    struct Flags: OptionSet {
        let rawValue: UInt16
        /// The file is being written, or its server crashed. Not covered by the checksum of the FORMAT_DESCRIPTION.
        static let inUse = Flags(rawValue: 0x1)
        /// Made up by the server that sends it; not in its file.
        static let artificial = Flags(rawValue: 0x20)
        /// A reader that does not know the type may pass over the event.
        static let ignorable = Flags(rawValue: 0x80)
    }

    init(from cursor: inout ByteCursor) throws(DecodeError) {
        let start = try cursor.skip(Self.byteCount)
        timestamp = cursor.load(UInt32.self, at: start)
        typeCode = cursor.load(UInt8.self, at: start + 4)
        type = EventType(rawValue: typeCode)
        serverID = cursor.load(UInt32.self, at: start + 5)
        size = cursor.load(UInt32.self, at: start + 9)
        nextOffset = cursor.load(UInt32.self, at: start + 13)
        flags = Flags(rawValue: cursor.load(UInt16.self, at: start + Self.flagsOffset))
    }

    var microseconds: Int64 { Int64(timestamp) * 1_000_000 }
}
