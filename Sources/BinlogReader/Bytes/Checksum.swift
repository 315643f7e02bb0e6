internal import CDeflate

/// The CRC32 that ends events: zlib's (`my_checksum`), over all bytes before it.
enum Checksum {
    static let byteCount = 4

    static func verify(_ event: UnsafeRawBufferPointer) throws(DecodeError) {
        guard event.count >= EventHeader.byteCount + byteCount else {
            throw .truncated(at: 0, need: EventHeader.byteCount + byteCount, have: event.count)
        }
        let stored = stored(event)
        let computed = crc32(event[..<(event.count - byteCount)])
        guard stored == computed else { throw .checksum(stored: stored, computed: computed) }
    }

    /// For events of which nothing tells whether they end in one.
    static func isValid(_ event: UnsafeRawBufferPointer) -> Bool {
        guard event.count >= EventHeader.byteCount + byteCount else { return false }
        return stored(event) == crc32(event[..<(event.count - byteCount)])
    }

    /// A FORMAT_DESCRIPTION's: computed before the file's in-use flag was set (`Log_event::event_checksum_test`).
    static func verifyFormatDescription(_ event: UnsafeRawBufferPointer) throws(DecodeError) {
        let flag = EventHeader.flagsOffset
        let inUse = UInt8(EventHeader.Flags.inUse.rawValue)
        guard event.count > flag + byteCount, event[flag] & inUse != 0 else { return try verify(event) }
        let stored = stored(event)
        var computed = crc32(event[..<flag])
        var flags = event[flag] & ~inUse
        computed = withUnsafeBytes(of: &flags) { crc32($0[...], continuing: computed) }
        computed = crc32(event[(flag + 1)..<(event.count - byteCount)], continuing: computed)
        guard stored == computed else { throw .checksum(stored: stored, computed: computed) }
    }

    private static func stored(_ event: UnsafeRawBufferPointer) -> UInt32 {
        UInt32(littleEndian: event.loadUnaligned(fromByteOffset: event.count - byteCount, as: UInt32.self))
    }

    private static func crc32(_ bytes: Slice<UnsafeRawBufferPointer>, continuing value: UInt32 = 0) -> UInt32 {
        crc32(UnsafeRawBufferPointer(rebasing: bytes), continuing: value)
    }

    static func crc32(_ bytes: UnsafeRawBufferPointer, continuing value: UInt32 = 0) -> UInt32 {
        libdeflate_crc32(value, bytes.baseAddress, bytes.count)
    }
}
