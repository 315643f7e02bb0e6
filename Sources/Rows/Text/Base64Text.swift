/// Base64 with padding (RFC 4648, section 4), as JSON carries binary values.
public enum Base64Text {
    public static func append(_ bytes: Span<UInt8>, to output: inout [UInt8]) {
        output.write(upTo: (bytes.count + 2) / 3 * 4) { append(bytes, to: &$0) }
    }

    private static func append(_ bytes: Span<UInt8>, to text: inout ByteWriter) {
        var index = 0
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
