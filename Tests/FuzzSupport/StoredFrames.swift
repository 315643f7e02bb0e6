/// Bytes in the frames of compressed formats, as they are: what decompresses them finds them unchanged.
public enum StoredFrames {
    /// A zstd frame of blocks that are not compressed (RFC 8878), without content size, with a window of 1 MiB.
    public static func zstd(_ content: [UInt8]) -> [UInt8] {
        var frame: [UInt8] = [0x28, 0xB5, 0x2F, 0xFD, 0x00, 0x50]
        let size = 1 << 16
        for start in stride(from: 0, through: max(0, content.count - 1), by: size) {
            let block = content[start..<min(start + size, content.count)]
            let isLast = start + size >= content.count ? 1 : 0
            let header = isLast | block.count << 3
            frame += [UInt8(header & 0xFF), UInt8(header >> 8 & 0xFF), UInt8(header >> 16)] + block
        }
        return frame
    }

    /// A zlib stream of blocks that are not compressed (RFC 1950, 1951).
    public static func zlib(_ content: [UInt8]) -> [UInt8] {
        var stream: [UInt8] = [0x78, 0x01]
        let size = 0xFFFF
        for start in stride(from: 0, through: max(0, content.count - 1), by: size) {
            let block = content[start..<min(start + size, content.count)]
            let isLast: UInt8 = start + size >= content.count ? 1 : 0
            let (low, high) = (UInt8(block.count & 0xFF), UInt8(block.count >> 8))
            stream += [isLast, low, high, ~low, ~high] + block
        }
        var (a, b): (UInt32, UInt32) = (1, 0)
        for byte in content {
            a = (a + UInt32(byte)) % 65_521
            b = (b + a) % 65_521
        }
        return stream + withUnsafeBytes(of: (b << 16 | a).bigEndian) { Array($0) }
    }

    /// CRC32 as in zlib.
    public static func crc32(_ bytes: some Sequence<UInt8>) -> UInt32 {
        ~bytes.reduce(0xFFFF_FFFF) { crc, byte in crc >> 8 ^ table[Int(UInt8(truncatingIfNeeded: crc) ^ byte)] }
    }

    private static let table: [UInt32] = (0..<256).map { index in
        (0..<8).reduce(UInt32(index)) { crc, _ in crc & 1 == 1 ? crc >> 1 ^ 0xEDB8_8320 : crc >> 1 }
    }
}
