/// Text in a column's character set, as UTF-8. What does not convert is an error: never U+FFFD, never `?`.
enum CharsetText {
    static func append(_ bytes: Span<UInt8>, in collation: Collation, to output: inout [UInt8]) throws(ValueError) {
        guard let charset = collation.charset else {
            guard collation == .unknown else { throw .unknownCollation(collation.id) }
            // Files without metadata do not tell, so the bytes must.
            if isValidUTF8(bytes) { output.append(bytes) } else { Base64Text.append(bytes, to: &output) }
            return
        }
        switch charset {
        case .utf8mb4, .utf8mb3:
            try checkUTF8(bytes)
            output.append(bytes)
        default: _ = try convert(bytes, 0..<bytes.count, in: charset, to: &output)
        }
    }

    /// Appends the characters that begin in a range of a text of another character set than UTF-8, one that begins with
    /// one. Returns where the next one begins: at the range's end, or behind it.
    static func convert(
        _ bytes: Span<UInt8>, _ range: Range<Int>, in charset: Charset, to output: inout [UInt8]
    ) throws(ValueError) -> Int {
        switch charset {
        case .ascii:
            for index in range where bytes[index] >= 0x80 {
                throw .invalidBytes(charset: charset.name, offset: index)
            }
            output.append(bytes, range)
            return range.upperBound
        case .ucs2, .utf16, .utf16le, .utf32: return try WideText.append(bytes, range, in: charset, to: &output)
        case .big5, .cp932, .eucjpms, .euckr, .gb18030, .gb2312, .gbk, .sjis, .ujis:
            return try MultiByteTable.of(charset).append(bytes, range, to: &output)
        case .binary, .utf8mb3, .utf8mb4: throw .unsupportedCharset(charset.name)
        default: return try SingleByteTable.of(charset).append(bytes, range, to: &output)
        }
    }

    static func isValidUTF8(_ bytes: Span<UInt8>) -> Bool {
        (try? UTF8Span(validating: bytes)) != nil
    }

    /// Throws where `bytes` are not UTF-8. The server's own utf8mb3 and utf8mb4 are wider: they take surrogates
    /// (`ED A0 80`), which no UTF-8 reader does.
    static func checkUTF8(_ bytes: Span<UInt8>) throws(ValueError) {
        do {
            _ = try UTF8Span(validating: bytes)
        } catch {
            throw .invalidBytes(charset: "UTF-8", offset: error.byteOffsets.lowerBound)
        }
    }
}

extension Collation {
    /// `bytes` in the collation's character set as a String: for names and labels, read once a table. Text of
    /// ``Collation/unknown`` must be UTF-8 here.
    public func string(of bytes: [UInt8]) throws(ValueError) -> String {
        var utf8: [UInt8] = []
        if self == .unknown { try CharsetText.checkUTF8(bytes.span) }
        try CharsetText.append(bytes.span, in: self, to: &utf8)
        return String(validating: utf8, as: UTF8.self) ?? ""  // valid: it was checked or converted
    }
}

extension [UInt8] {
    /// Appends a character as UTF-8.
    @inline(__always)
    mutating func append(_ character: Unicode.Scalar) {
        let code = character.value
        if code < 0x80 {
            append(UInt8(truncatingIfNeeded: code))
        } else if code < 0x800 {
            append(UInt8(truncatingIfNeeded: 0xC0 | code >> 6))
            append(UInt8(truncatingIfNeeded: 0x80 | code & 0x3F))
        } else if code < 0x10000 {
            append(UInt8(truncatingIfNeeded: 0xE0 | code >> 12))
            append(UInt8(truncatingIfNeeded: 0x80 | code >> 6 & 0x3F))
            append(UInt8(truncatingIfNeeded: 0x80 | code & 0x3F))
        } else {
            append(UInt8(truncatingIfNeeded: 0xF0 | code >> 18))
            append(UInt8(truncatingIfNeeded: 0x80 | code >> 12 & 0x3F))
            append(UInt8(truncatingIfNeeded: 0x80 | code >> 6 & 0x3F))
            append(UInt8(truncatingIfNeeded: 0x80 | code & 0x3F))
        }
    }
}
