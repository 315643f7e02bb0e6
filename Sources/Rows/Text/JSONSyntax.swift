/// Tells whether bytes are one JSON value (RFC 8259), with white space around it. UTF-8 is checked elsewhere.
enum JSONSyntax {
    /// Deeper documents count as invalid. The server stops at 32 (`JSON_DEPTH_LIMIT`).
    static let maximumDepth = 512

    static func isValid(_ bytes: Span<UInt8>) -> Bool {
        var offset = 0
        return skipValue(bytes, &offset, depth: 0) && skipSpace(bytes, &offset) == nil
    }

    /// Moves past white space and returns the byte there; nil at the end.
    private static func skipSpace(_ bytes: Span<UInt8>, _ offset: inout Int) -> UInt8? {
        while offset < bytes.count {
            switch bytes[offset] {
            case 0x20, 0x09, 0x0A, 0x0D: offset += 1
            case let byte: return byte
            }
        }
        return nil
    }

    private static func skipValue(_ bytes: Span<UInt8>, _ offset: inout Int, depth: Int) -> Bool {
        guard depth <= maximumDepth, let first = skipSpace(bytes, &offset) else { return false }
        return switch first {
        case UInt8(ascii: "{"): skipObject(bytes, &offset, depth: depth)
        case UInt8(ascii: "["): skipArray(bytes, &offset, depth: depth)
        case UInt8(ascii: "\""): skipString(bytes, &offset)
        case UInt8(ascii: "t"): skip("true", bytes, &offset)
        case UInt8(ascii: "f"): skip("false", bytes, &offset)
        case UInt8(ascii: "n"): skip("null", bytes, &offset)
        default: skipNumber(bytes, &offset)
        }
    }

    private static func skipObject(_ bytes: Span<UInt8>, _ offset: inout Int, depth: Int) -> Bool {
        offset += 1
        if skipSpace(bytes, &offset) == UInt8(ascii: "}") {
            offset += 1
            return true
        }
        while true {
            guard skipSpace(bytes, &offset) == UInt8(ascii: "\""), skipString(bytes, &offset),
                skipSpace(bytes, &offset) == UInt8(ascii: ":")
            else { return false }
            offset += 1
            guard skipValue(bytes, &offset, depth: depth + 1) else { return false }
            switch skipSpace(bytes, &offset) {
            case UInt8(ascii: ","): offset += 1
            case UInt8(ascii: "}"):
                offset += 1
                return true
            default: return false
            }
        }
    }

    private static func skipArray(_ bytes: Span<UInt8>, _ offset: inout Int, depth: Int) -> Bool {
        offset += 1
        if skipSpace(bytes, &offset) == UInt8(ascii: "]") {
            offset += 1
            return true
        }
        while true {
            guard skipValue(bytes, &offset, depth: depth + 1) else { return false }
            switch skipSpace(bytes, &offset) {
            case UInt8(ascii: ","): offset += 1
            case UInt8(ascii: "]"):
                offset += 1
                return true
            default: return false
            }
        }
    }

    /// `offset` is at the opening quote.
    private static func skipString(_ bytes: Span<UInt8>, _ offset: inout Int) -> Bool {
        offset += 1
        while offset < bytes.count {
            switch bytes[offset] {
            case UInt8(ascii: "\""):
                offset += 1
                return true
            case UInt8(ascii: "\\"):
                offset += 1
                guard skipEscape(bytes, &offset) else { return false }
            case 0..<0x20: return false
            default: offset += 1
            }
        }
        return false
    }

    /// `offset` is after the backslash.
    private static func skipEscape(_ bytes: Span<UInt8>, _ offset: inout Int) -> Bool {
        guard offset < bytes.count else { return false }
        let kind = bytes[offset]
        offset += 1
        switch kind {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"), UInt8(ascii: "b"), UInt8(ascii: "f"),
            UInt8(ascii: "n"), UInt8(ascii: "r"), UInt8(ascii: "t"):
            return true
        case UInt8(ascii: "u"):
            for _ in 0..<4 {
                guard offset < bytes.count, isHexDigit(bytes[offset]) else { return false }
                offset += 1
            }
            return true
        default: return false
        }
    }

    private static func skipNumber(_ bytes: Span<UInt8>, _ offset: inout Int) -> Bool {
        skipByte(UInt8(ascii: "-"), bytes, &offset)
        let first = offset
        guard skipDigits(bytes, &offset) else { return false }
        if bytes[first] == UInt8(ascii: "0") && offset > first + 1 { return false }
        if skipByte(UInt8(ascii: "."), bytes, &offset) {
            guard skipDigits(bytes, &offset) else { return false }
        }
        if skipByte(UInt8(ascii: "e"), bytes, &offset) || skipByte(UInt8(ascii: "E"), bytes, &offset) {
            if !skipByte(UInt8(ascii: "+"), bytes, &offset) { skipByte(UInt8(ascii: "-"), bytes, &offset) }
            return skipDigits(bytes, &offset)
        }
        return true
    }

    /// Moves past digits; false if there is none.
    private static func skipDigits(_ bytes: Span<UInt8>, _ offset: inout Int) -> Bool {
        let first = offset
        while offset < bytes.count, (0x30...0x39).contains(bytes[offset]) { offset += 1 }
        return offset > first
    }

    @discardableResult
    private static func skipByte(_ byte: UInt8, _ bytes: Span<UInt8>, _ offset: inout Int) -> Bool {
        guard offset < bytes.count, bytes[offset] == byte else { return false }
        offset += 1
        return true
    }

    private static func skip(_ word: String, _ bytes: Span<UInt8>, _ offset: inout Int) -> Bool {
        for byte in word.utf8 {
            guard skipByte(byte, bytes, &offset) else { return false }
        }
        return true
    }

    private static func isHexDigit(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "a")...UInt8(ascii: "f"),
            UInt8(ascii: "A")...UInt8(ascii: "F"):
            true
        default: false
        }
    }
}
