import Testing

@testable import BinlogReader

/// What MariaDB's compressed events and columns may hold.
@Suite struct InflaterTests {
    @Test func `zeros are what they were`() throws {
        let event = Self.event(matches: 8 * 40)
        var body = ByteCursor(event.span.bytes)
        let inflated = try Inflater().inflateEvent(&body)
        #expect(inflated == [UInt8](repeating: 0, count: 1 + 258 * 8 * 40))
    }

    /// This one does not lie: it would take the memory.
    @Test func `more than a GiB is refused, as no server makes such an event`() {
        let event = Self.event(matches: ((1 << 30) / 258 / 8 + 1) * 8)
        #expect(throws: DecodeError.invalid(.compression, at: 5)) {
            var body = ByteCursor(event.span.bytes)
            _ = try Inflater().inflateEvent(&body)
        }
    }

    /// One zero and `matches` (a multiple of 8) times 258 of them, compressed.
    private static func event(matches: Int) -> [UInt8] {
        // A block of the fixed codes, its last: 1, 01; the literal 0: 00110000; and then as often as it takes, 11000101,
        // the longest match, with the distance 1: 00000. Its end: 0000000. Codes begin with their highest bit, and bytes
        // with their lowest.
        var bits: [UInt8] = [1, 1, 0, 0, 0, 1, 1, 0, 0, 0, 0]
        let match: [UInt8] = [1, 1, 0, 0, 0, 1, 0, 1, 0, 0, 0, 0, 0]
        for _ in 0..<16 { bits += match }
        func bytes(_ bits: ArraySlice<UInt8>) -> [UInt8] {
            stride(from: bits.startIndex, to: bits.endIndex, by: 8).map { start in
                bits[start..<min(start + 8, bits.endIndex)].reversed().reduce(0) { $0 << 1 | $1 }
            }
        }
        // The first byte, then 13 that come again for each 8 matches, then what is left of the last: 3 bits, and the end.
        let head = bytes(bits[0..<8])
        let period = bytes(bits[8..<8 + 104])
        let tail = bytes(ArraySlice(Array(bits[8 + 104..<8 + 107]) + [0, 0, 0, 0, 0, 0, 0]))
        var data = head
        data.reserveCapacity(matches / 8 * 13 + 16)
        for _ in 0..<matches / 8 { data += period }
        data += tail
        let count = UInt32(1 + 258 * matches)
        // Adler-32 of zeros.
        let sum = (count % 65521) << 16 | 1
        return [0x84] + big(count) + [0x78, 0x01] + data + big(sum)
    }

    private static func big(_ number: UInt32) -> [UInt8] { le(number).reversed() }
}
