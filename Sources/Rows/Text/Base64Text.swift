/// Base64 with padding (RFC 4648, section 4), as JSON carries binary values.
public enum Base64Text {
    public static func append(_ bytes: Span<UInt8>, to output: inout [UInt8]) {
        output.write(upTo: (bytes.count + 2) / 3 * 4) { append(bytes, to: &$0) }
    }

    private static func append(_ bytes: Span<UInt8>, to text: inout ByteWriter) {
        var index = 0
        let pairs = Self.pairs
        let digits = pairs.span
        while bytes.count - index >= 8 {
            text.append(eightDigits(of: bytes.word(at: index).byteSwapped &>> 16, digits))
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

    /// The eight digits of 48 bits, the first one in the lowest byte: two at a time, and without a branch, of which random
    /// bytes would let the processor guess many wrong.
    @inline(__always)
    private static func eightDigits(of bits: UInt64, _ pairs: Span<UInt16>) -> UInt64 {
        pair(bits &>> 36, pairs) | pair(bits &>> 24, pairs) &<< 16 | pair(bits &>> 12, pairs) &<< 32
            | pair(bits, pairs) &<< 48
    }

    /// The two digits of the low twelve bits.
    @inline(__always)
    private static func pair(_ bits: UInt64, _ pairs: Span<UInt16>) -> UInt64 {
        UInt64(pairs[Int(truncatingIfNeeded: bits & 0xFFF)])
    }

    /// The digits of each number of twelve bits, the first one in the low byte: 8 KiB.
    private static let pairs: [UInt16] = (0..<4096).map { number in
        UInt16(digit(number >> 6)) | UInt16(digit(number)) << 8
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
