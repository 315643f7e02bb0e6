/// The bytes that base64 text with padding stands for (RFC 4648, section 4).
enum Base64Bytes {
    /// Nil for what is no such text.
    static func decode(_ text: [UInt8]) -> [UInt8]? {
        guard text.count % 4 == 0 else { return nil }
        var bytes: [UInt8] = []
        bytes.reserveCapacity(text.count / 4 * 3)
        for start in stride(from: 0, to: text.count, by: 4) {
            let isLast = start + 4 == text.count
            let padding = isLast ? text[(start + 2)...].reduce(0) { $0 + ($1 == UInt8(ascii: "=") ? 1 : 0) } : 0
            var group: UInt32 = 0
            for offset in 0..<4 {
                let digit = offset < 4 - padding ? value(of: text[start + offset]) : 0
                guard let digit else { return nil }
                group = group << 6 | digit
            }
            for index in 0..<(3 - padding) {
                bytes.append(UInt8(truncatingIfNeeded: group >> UInt32(16 - 8 * index)))
            }
        }
        return bytes
    }

    private static func value(of digit: UInt8) -> UInt32? {
        switch digit {
        case UInt8(ascii: "A")...UInt8(ascii: "Z"): UInt32(digit) - 65
        case UInt8(ascii: "a")...UInt8(ascii: "z"): UInt32(digit) - 71
        case UInt8(ascii: "0")...UInt8(ascii: "9"): UInt32(digit) + 4
        case UInt8(ascii: "+"): 62
        case UInt8(ascii: "/"): 63
        default: nil
        }
    }
}
