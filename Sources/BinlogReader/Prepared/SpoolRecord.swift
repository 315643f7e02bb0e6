/// One piece of a ``Spool``: a head of 17 bytes (kind, length of what follows, offset, CRC32 of all but itself; little
/// endian), then `length` bytes.
struct SpoolRecord {
    enum Kind: UInt8 {
        /// The first: where the transaction was prepared; when (8 bytes), and its name.
        case head = 1
        /// The FORMAT_DESCRIPTION of the file that it was logged in, from the event's first byte.
        case format = 2
        /// An event: header and body, without its checksum.
        case event = 3
        /// Rows of a table that was not selected: only what the others' numbers depend on.
        case passedOver = 4
        /// The last.
        case end = 5
    }

    var kind: Kind
    /// Of the event, in the file that it was logged in.
    var offset: UInt64
    /// Valid as long as its reader says.
    var bytes: UnsafeRawBufferPointer

    static let headCount = 17

    /// What ``Kind/passedOver`` holds.
    struct PassedOver: Equatable {
        var tableID: UInt64
        var byteCount: UInt64
        var endsStatement: Bool

        var encoded: [UInt8] {
            SpoolRecord.bytes(tableID) + SpoolRecord.bytes(byteCount) + [endsStatement ? 1 : 0]
        }

        init(tableID: UInt64, byteCount: UInt64, endsStatement: Bool) {
            self.tableID = tableID
            self.byteCount = byteCount
            self.endsStatement = endsStatement
        }

        /// Nil: these are not bytes that ``encoded`` has made, of an event, whose size has 32 bits.
        init?(_ bytes: UnsafeRawBufferPointer) {
            guard bytes.count == 17, SpoolRecord.number(bytes, at: 8, as: UInt64.self) <= UInt32.max else { return nil }
            tableID = SpoolRecord.number(bytes, at: 0)
            byteCount = SpoolRecord.number(bytes, at: 8)
            endsStatement = bytes[16] != 0
        }
    }

    static func bytes(_ number: some FixedWidthInteger) -> [UInt8] {
        withUnsafeBytes(of: number.littleEndian) { Array($0) }
    }

    static func number<Number: FixedWidthInteger & BitwiseCopyable>(
        _ bytes: UnsafeRawBufferPointer, at offset: Int, as type: Number.Type = Number.self
    ) -> Number {
        Number(littleEndian: bytes.loadUnaligned(fromByteOffset: offset, as: type))
    }

    /// Puts a record behind what `buffer` has.
    static func append(
        _ kind: Kind, at offset: UInt64, _ content: UnsafeRawBufferPointer, to buffer: inout [UInt8]
    ) {
        let head = [kind.rawValue] + bytes(UInt32(content.count)) + bytes(offset)
        buffer += head
        buffer += bytes(checksum(head, content))
        buffer += content
    }

    /// The head of a record, which is `bytes`: what it announces, before its content is looked at. Nil: it is none.
    static func announced(_ bytes: UnsafeRawBufferPointer) -> (kind: Kind, offset: UInt64, count: Int)? {
        guard bytes.count >= headCount, let kind = Kind(rawValue: bytes[0]) else { return nil }
        return (kind, number(bytes, at: 5), Int(number(bytes, at: 1, as: UInt32.self)))
    }

    /// The record that `bytes` are, head and content. Nil: they are damaged.
    init?(_ bytes: UnsafeRawBufferPointer) {
        guard let (kind, offset, count) = Self.announced(bytes), bytes.count == Self.headCount + count else {
            return nil
        }
        self.kind = kind
        self.offset = offset
        self.bytes = UnsafeRawBufferPointer(rebasing: bytes[Self.headCount...])
        let stored = Self.number(bytes, at: 13, as: UInt32.self)
        guard stored == Self.checksum(Array(bytes[..<13]), self.bytes) else { return nil }
    }

    private static func checksum(_ head: [UInt8], _ content: UnsafeRawBufferPointer) -> UInt32 {
        head.withUnsafeBytes { Checksum.crc32(content, continuing: Checksum.crc32($0)) }
    }
}
