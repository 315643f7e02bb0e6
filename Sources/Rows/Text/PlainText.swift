/// Text that is JSON's as it is: ASCII, without a byte that a string must escape. Most is, and it takes one copy.
enum PlainText {
    /// Copies `text` to `target`, which has as much room, and returns whether it is plain: else the copy is good for
    /// nothing. Up to 32 bytes at a time; where they do not come out even, the last ones overlap.
    @inline(__always)
    static func copy(_ text: UnsafeRawBufferPointer, to target: UnsafeMutableRawPointer) -> Bool {
        let count = text.count
        guard let source = text.baseAddress, count > 0 else { return true }
        // SAFETY: each offset, and the bytes that are copied there, lie within `count`.
        switch count {
        case 32...:
            var offset = 0
            repeat {
                guard copyBlocks(source, to: target, at: offset, offset &+ 16) else { return false }
                offset &+= 32
            } while offset &+ 32 <= count
            return offset == count || copyBlocks(source, to: target, at: count &- 32, count &- 16)
        case 16...: return copyBlocks(source, to: target, at: 0, count &- 16)
        case 8...:
            let (head, tail) = copyTwo(UInt64.self, source, to: target, at: 0, count &- 8)
            return stops(head) | stops(tail) == 0
        case 4...:
            let (head, tail) = copyTwo(UInt32.self, source, to: target, at: 0, count &- 4)
            return stops(UInt64(head) | UInt64(tail) &<< 32) == 0
        default:
            let (head, tail) = copyTwo(UInt8.self, source, to: target, at: 0, count &- 1)
            let (middle, _) = copyTwo(UInt8.self, source, to: target, at: count &>> 1, count &- 1)
            // With blanks above.
            return stops(0x2020_2020_2000_0000 | UInt64(tail) &<< 16 | UInt64(middle) &<< 8 | UInt64(head)) == 0
        }
    }

    /// Copies 16 bytes at each of the offsets; false if one is not plain.
    @inline(__always)
    private static func copyBlocks(
        _ source: UnsafeRawPointer, to target: UnsafeMutableRawPointer, at first: Int, _ second: Int
    ) -> Bool {
        let (head, tail) = copyTwo(SIMD16<UInt8>.self, source, to: target, at: first, second)
        let words = unsafeBitCast(stops(head) | stops(tail), to: SIMD2<UInt64>.self)
        return (words[0] | words[1]) & topBits == 0
    }

    @inline(__always)
    private static func copyTwo<Word: BitwiseCopyable>(
        _ type: Word.Type, _ source: UnsafeRawPointer, to target: UnsafeMutableRawPointer, at first: Int, _ second: Int
    ) -> (Word, Word) {
        let head = source.loadUnaligned(fromByteOffset: first, as: type)
        let tail = source.loadUnaligned(fromByteOffset: second, as: type)
        target.storeBytes(of: head, toByteOffset: first, as: type)
        target.storeBytes(of: tail, toByteOffset: second, as: type)
        return (head, tail)
    }

    private static let topBits: UInt64 = 0x8080_8080_8080_8080

    /// Top bits of the bytes that are not plain: those beyond ASCII have it, and one that is less than 0x20, or differs from
    /// a quote or backslash by nothing, gets it when something is subtracted. (In the widths that the compiler has single
    /// instructions for: it makes comparisons of vectors out of comparisons of their elements.)
    @inline(__always)
    private static func stops(_ bytes: SIMD16<UInt8>) -> SIMD16<UInt8> {
        let one = SIMD16<UInt8>(repeating: 1)
        let control: SIMD16<UInt8> = bytes &- SIMD16<UInt8>(repeating: 0x20)
        let quote: SIMD16<UInt8> = (bytes ^ SIMD16<UInt8>(repeating: UInt8(ascii: "\""))) &- one
        let backslash: SIMD16<UInt8> = (bytes ^ SIMD16<UInt8>(repeating: UInt8(ascii: "\\"))) &- one
        let other: SIMD16<UInt8> = quote | backslash
        return bytes | control | other
    }

    /// Likewise, and nothing else; what is subtracted may also reach the bytes above such a one.
    @inline(__always)
    private static func stops(_ word: UInt64) -> UInt64 {
        let ones: UInt64 = 0x0101_0101_0101_0101
        let control = word &- ones &* 0x20
        let quote = (word ^ ones &* UInt64(UInt8(ascii: "\""))) &- ones
        let backslash = (word ^ ones &* UInt64(UInt8(ascii: "\\"))) &- ones
        return (word | control | quote | backslash) & topBits
    }
}
