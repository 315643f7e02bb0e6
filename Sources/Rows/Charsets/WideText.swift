/// The character sets whose characters are 16- or 32-bit numbers. The server lets lone surrogates into ucs2 columns;
/// UTF-8 has none, so they are errors.
enum WideText {
    /// See ``CharsetText/convert(_:_:in:to:)``.
    static func append(
        _ bytes: Span<UInt8>, _ range: Range<Int>, in charset: Charset, to output: inout [UInt8]
    ) throws(ValueError) -> Int {
        output.reserveAdditional(range.count)
        let width = charset == .utf32 ? 4 : 2
        var offset = range.lowerBound
        while offset < range.upperBound {
            guard bytes.count - offset >= width else { throw .invalidBytes(charset: charset.name, offset: offset) }
            let start = offset
            var code = unit(bytes, at: offset, in: charset)
            offset += width
            // UTF-16: a high surrogate, and after it a low one.
            if charset != .ucs2, width == 2, 0xD800..<0xDC00 ~= code, bytes.count - offset >= 2 {
                let low = unit(bytes, at: offset, in: charset)
                if 0xDC00..<0xE000 ~= low {
                    code = 0x10000 + (code - 0xD800) << 10 + (low - 0xDC00)
                    offset += 2
                }
            }
            guard let character = Unicode.Scalar(code) else {
                throw .invalidBytes(charset: charset.name, offset: start)
            }
            output.append(character)
        }
        return offset
    }

    /// The code unit at `offset`, all of which is known to be there.
    private static func unit(_ bytes: Span<UInt8>, at offset: Int, in charset: Charset) -> UInt32 {
        switch charset {
        case .utf32:
            UInt32(bytes[offset]) << 24 | UInt32(bytes[offset + 1]) << 16 | UInt32(bytes[offset + 2]) << 8
                | UInt32(bytes[offset + 3])
        case .utf16le: UInt32(bytes[offset + 1]) << 8 | UInt32(bytes[offset])
        default: UInt32(bytes[offset]) << 8 | UInt32(bytes[offset + 1])
        }
    }
}
