internal import Rows

/// Where in its file the next event begins. Counts in 64 bits from the events' sizes, since their headers have 32 and
/// may have none; a header that differs tells of events that the server did not send.
struct PositionTracker {
    private(set) var file: String
    /// 64 bits.
    private(set) var offset: UInt64
    /// The source says itself which file follows: what ROTATE events name is not asked. All its events lie in the file.
    private(set) var isFile = false

    /// The size of the magic number that begins every file.
    static let firstOffset: UInt64 = 4

    init(start: BinlogPosition?) {
        file = start?.file ?? ""
        offset = start?.offset ?? Self.firstOffset
    }

    var position: BinlogPosition { BinlogPosition(file: file, offset: offset) }

    /// The source goes on there.
    mutating func move(to position: BinlogPosition) {
        file = position.file
        offset = position.offset
        isFile = true
    }

    /// A server's ROTATE event, real or made up.
    mutating func rotate(to rotate: RotateEvent) {
        guard !isFile else { return }
        file = rotate.file
        offset = rotate.offset
    }

    /// Passes over an event, and returns where it begins.
    mutating func pass(_ header: EventHeader) -> UInt64 {
        let size = UInt64(header.size)
        let start = offset
        if isFile {
            offset &+= size
            return start
        }
        let type = header.type
        if header.flags.contains(.artificial) || type == .heartbeat || type == .heartbeatV2 { return start }
        if type == .formatDescription && (header.nextOffset == 0 || start != Self.firstOffset) {
            // Sent again from the file's head, before what was asked for.
            return start
        }
        let counted = start &+ size
        offset = header.nextOffset == 0 ? counted : Self.widen(header.nextOffset, near: counted, from: start)
        return offset >= size ? offset - size : start
    }

    /// A heartbeat says how far the server has come in the file: in its header, or, of version 2, in 64 bits.
    mutating func heartbeat(_ header: EventHeader, at position: UInt64? = nil) {
        guard !isFile else { return }
        if let position, position >= offset {
            offset = position
            return
        }
        guard header.nextOffset != 0 else { return }
        offset = Self.widen(header.nextOffset, near: offset, from: offset)
    }

    /// The offset whose low 32 bits are `low`: `counted` if it fits, else the first one from `start` on.
    private static func widen(_ low: UInt32, near counted: UInt64, from start: UInt64) -> UInt64 {
        if UInt32(truncatingIfNeeded: counted) == low { return counted }
        let candidate = start & ~0xFFFF_FFFF | UInt64(low)
        return candidate >= start ? candidate : candidate &+ 1 << 32
    }
}
