/// Base64 with padding (RFC 4648, section 4), as JSON carries binary values.
public enum Base64Text {
    public static func append(_ bytes: Span<UInt8>, to output: inout [UInt8]) {
        output.write(upTo: (bytes.count + 2) / 3 * 4) { append(bytes, to: &$0) }
    }

    private static func append(_ bytes: Span<UInt8>, to text: inout ByteWriter) {
        var index = 0
        while bytes.count - index >= 8 {
            text.append(eightDigits(of: bytes.word(at: index).byteSwapped &>> 16))
            index += 6
        }
        while bytes.count - index >= 3 {
            let group = UInt32(bytes[index]) << 16 | UInt32(bytes[index + 1]) << 8 | UInt32(bytes[index + 2])
            text.append(digit(group >> 18))
            text.append(digit(group >> 12))
            text.append(digit(group >> 6))
            text.append(digit(group))
            index += 3
        }
        switch bytes.count - index {
        case 1:
            let group = UInt32(bytes[index]) << 16
            text.append(digit(group >> 18))
            text.append(digit(group >> 12))
            text.append("==")
        case 2:
            let group = UInt32(bytes[index]) << 16 | UInt32(bytes[index + 1]) << 8
            text.append(digit(group >> 18))
            text.append(digit(group >> 12))
            text.append(digit(group >> 6))
            text.append(UInt8(ascii: "="))
        default: break
        }
    }

    /// The eight digits of 48 bits, the first one in the lowest byte. All at once and without a branch, of which random
    /// bytes would let the processor guess many wrong: a BLOB prints three times as fast as by ``digit(_:)``.
    @inline(__always)
    private static func eightDigits(of bits: UInt64) -> UInt64 {
        let sixes = fourSixes(of: bits &>> 24) | fourSixes(of: bits & 0xFF_FFFF) &<< 32
        // 'A' is 65 more than 0, 'a' 71 more than 26, '0' 4 less than 52, '+' 19 less than 62, '/' 16 less than 63. No step
        // leaves the byte.
        return sixes &+ 65 &* ones &+ 6 &* atLeast(26, sixes) &- 75 &* atLeast(52, sixes) &- 15 &* atLeast(62, sixes)
            &+ 3 &* atLeast(63, sixes)
    }

    private static let ones: UInt64 = 0x0101_0101_0101_0101

    /// 24 bits in sixes, a byte each, the first in the lowest.
    @inline(__always)
    private static func fourSixes(of bits: UInt64) -> UInt64 {
        bits &>> 18 | (bits &>> 4) & 0x3F00 | (bits &<< 10) & 0x3F_0000 | (bits &<< 24) & 0x3F00_0000
    }

    /// A 1 in each byte of `sixes`, all less than 64, that is `least` or more.
    @inline(__always)
    private static func atLeast(_ least: UInt64, _ sixes: UInt64) -> UInt64 {
        (sixes &+ (128 &- least) &* ones) &>> 7 & ones
    }

    /// The digit of the low six bits.
    @inline(__always)
    private static func digit(_ group: UInt32) -> UInt8 {
        let six = UInt8(truncatingIfNeeded: group & 0x3F)
        return switch six {
        case 0..<26: six + UInt8(ascii: "A")
        case 26..<52: six - 26 + UInt8(ascii: "a")
        case 52..<62: six - 52 + UInt8(ascii: "0")
        case 62: UInt8(ascii: "+")
        default: UInt8(ascii: "/")
        }
    }
}

extension [UInt8] {
    /// Makes room for `byteCount` more bytes, and for as many again, so that repeated calls stay linear:
    /// `reserveCapacity` alone would grow to the exact size each time.
    mutating func reserveAdditional(_ byteCount: Int) {
        let needed = count + byteCount
        if needed > capacity { reserveCapacity(Swift.max(needed, capacity * 2)) }
    }
}
