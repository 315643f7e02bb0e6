/// A character set of East Asia, whose characters are one to three bytes: what each sequence of bytes means.
///
/// It is made when first needed from the nearest encoding of this system's iconv and the generated list of what the
/// server does differently (scripts/generate-charsets compares every sequence), and used only if its fingerprint is
/// that of the server's own table: another version of iconv cannot change a value.
struct MultiByteTable: Sendable {
    private let charset: Charset
    /// Code points, 0 where there is none: of each byte; then, by their last 15 bits, of the sequences of two bytes
    /// from 80 00 on; then of those of three from 8F 80 00 on (the EUC encodings' code set 3).
    private let codes: [UInt16]
    private let hasThreeBytes: Bool

    private static let firstOfTwo = 256
    private static let firstOfThree = 256 + 32_768

    /// The table of `charset`; throws if this system cannot make it.
    static func of(_ charset: Charset) throws(ValueError) -> MultiByteTable {
        let table: MultiByteTable? =
            switch charset {
            case .big5: big5
            case .cp932: cp932
            case .eucjpms: eucjpms
            case .euckr: euckr
            case .gb2312: gb2312
            case .gbk: gbk
            case .sjis: sjis
            case .ujis: ujis
            default: nil
            }
        guard let table else { throw .unsupportedCharset(charset.name) }
        return table
    }

    private static let big5 = MultiByteTable(.big5)
    private static let cp932 = MultiByteTable(.cp932)
    private static let eucjpms = MultiByteTable(.eucjpms)
    private static let euckr = MultiByteTable(.euckr)
    private static let gb2312 = MultiByteTable(.gb2312)
    private static let gbk = MultiByteTable(.gbk)
    private static let sjis = MultiByteTable(.sjis)
    private static let ujis = MultiByteTable(.ujis)

    private init?(_ charset: Charset) {
        let words = MultiByteTables.text.split(whereSeparator: { $0 == " " || $0 == "\n" })
        guard let start = words.firstIndex(of: Substring(charset.name)), words.count > start + 2,
            let iconv = IconvConverter(from: String(words[start + 1])),
            let fingerprint = UInt64(words[start + 2], radix: 16)
        else { return nil }
        let hasThreeBytes = charset == .ujis || charset == .eucjpms
        var codes = [UInt16](repeating: 0, count: hasThreeBytes ? Self.firstOfThree + 32_768 : Self.firstOfThree)
        for index in codes.indices {
            let character: Unicode.Scalar? =
                if index < Self.firstOfTwo {
                    iconv.character(UInt8(index))
                } else if index < Self.firstOfThree {
                    iconv.character(UInt8((index - Self.firstOfTwo) >> 8 | 0x80), UInt8(index & 0xFF))
                } else {
                    iconv.character(0x8F, UInt8((index - Self.firstOfThree) >> 8 | 0x80), UInt8(index & 0xFF))
                }
            if let character, character.value <= 0xFFFF { codes[index] = UInt16(character.value) }
        }
        for word in words[(start + 3)...] {
            guard let equals = word.firstIndex(of: "=") else { break }  // the next character set's name
            guard let index = Self.index(of: word[..<equals]), index < codes.count else { return nil }
            codes[index] = UInt16(word[word.index(after: equals)...], radix: 16) ?? 0  // ---- has no meaning
        }
        guard Self.fingerprint(of: codes) == fingerprint else { return nil }
        self.charset = charset
        self.codes = codes
        self.hasThreeBytes = hasThreeBytes
    }

    /// Where the code of a sequence of bytes is, from its hexadecimal digits.
    private static func index(of digits: Substring) -> Int? {
        guard let number = Int(digits, radix: 16) else { return nil }
        return switch digits.utf8.count {
        case 2: number
        case 4: firstOfTwo + number & 0x7FFF
        case 6: firstOfThree + number & 0x7FFF
        default: nil
        }
    }

    /// FNV-1a over the codes, high byte first.
    private static func fingerprint(of codes: [UInt16]) -> UInt64 {
        var hash: UInt64 = 0xCBF2_9CE4_8422_2325
        for code in codes {
            hash = (hash ^ UInt64(code >> 8)) &* 0x100_0000_01B3
            hash = (hash ^ UInt64(code & 0xFF)) &* 0x100_0000_01B3
        }
        return hash
    }

    func append(_ bytes: Span<UInt8>, to output: inout [UInt8]) throws(ValueError) {
        output.reserveAdditional(bytes.count * 3 / 2)
        var offset = 0
        while offset < bytes.count {
            let run = bytes.asciiCount(from: offset)
            if run > 0 {
                output.append(bytes, offset..<offset + run)
                offset += run
                continue
            }
            let (code, length) = next(in: bytes, at: offset)
            guard code != 0, let character = Unicode.Scalar(code) else {
                throw .invalidBytes(charset: charset.name, offset: offset)
            }
            output.append(character)
            offset += length
        }
    }

    /// The code point of the bytes at `offset`, the first of which is not ASCII, and how many they are; 0 where they
    /// have no meaning.
    private func next(in bytes: Span<UInt8>, at offset: Int) -> (code: UInt16, length: Int) {
        let first = Int(bytes[offset])
        if codes[first] != 0 { return (codes[first], 1) }
        guard offset + 1 < bytes.count else { return (0, 1) }
        let second = Int(bytes[offset + 1])
        if first == 0x8F && hasThreeBytes {
            guard offset + 2 < bytes.count, second >= 0x80 else { return (0, 1) }
            return (codes[Self.firstOfThree + (second & 0x7F) << 8 + Int(bytes[offset + 2])], 3)
        }
        return (codes[Self.firstOfTwo + (first & 0x7F) << 8 + second], 2)
    }
}
