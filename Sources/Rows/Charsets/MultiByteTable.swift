/// A character set of East Asia, whose characters are one to four bytes: what each sequence of bytes means.
///
/// It is made when first needed from the nearest encoding of this system's iconv and the generated list of what the
/// server does differently (scripts/generate-charsets compares every sequence), and used only if its fingerprint is
/// that of the server's own table: another version of iconv cannot change a value.
struct MultiByteTable: Sendable {
    private let charset: Charset
    /// Code points, 0 where there is none: of each byte; then, by their last 15 bits, of the sequences of two bytes
    /// from 80 00 on; then of the longer ones.
    private let codes: [UInt16]
    private let longer: Longer

    /// Sequences of more than two bytes.
    private enum Longer {
        case none
        /// The EUC encodings' code set 3: three bytes from 8F 80 00 on, by their last 15 bits.
        case codeSet3
        /// Of gb18030: four bytes, the second and the fourth of which are digits, counted from 81 30 81 30 on.
        case counted

        var count: Int {
            switch self {
            case .none: 0
            case .codeSet3: 32_768
            case .counted: 39_420
            }
        }
    }

    private static let firstOfTwo = 256
    private static let firstOfLonger = 256 + 32_768

    /// The table of `charset`; throws if this system cannot make it.
    static func of(_ charset: Charset) throws(ValueError) -> MultiByteTable {
        let table: MultiByteTable? =
            switch charset {
            case .big5: big5
            case .cp932: cp932
            case .eucjpms: eucjpms
            case .euckr: euckr
            case .gb18030: gb18030
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
    private static let gb18030 = MultiByteTable(.gb18030)
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
        let longer: Longer =
            switch charset {
            case .ujis, .eucjpms: .codeSet3
            case .gb18030: .counted
            default: .none
            }
        var codes = [UInt16](repeating: 0, count: Self.firstOfLonger + longer.count)
        for index in codes.indices {
            let character: Unicode.Scalar? =
                if index < Self.firstOfTwo {
                    iconv.character(UInt8(index))
                } else if index < Self.firstOfLonger {
                    iconv.character(UInt8((index - Self.firstOfTwo) >> 8 | 0x80), UInt8(index & 0xFF))
                } else if longer == .codeSet3 {
                    iconv.character(0x8F, UInt8((index - Self.firstOfLonger) >> 8 | 0x80), UInt8(index & 0xFF))
                } else {
                    Self.counted(index - Self.firstOfLonger, iconv)
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
        self.longer = longer
    }

    private static func counted(_ index: Int, _ iconv: borrowing IconvConverter) -> Unicode.Scalar? {
        iconv.character(
            UInt8(0x81 + index / 12_600), UInt8(0x30 + index / 1260 % 10), UInt8(0x81 + index / 10 % 126),
            UInt8(0x30 + index % 10))
    }

    /// The place of four bytes of gb18030 among all of them in order; nil if these are none.
    private static func counted(_ bytes: (UInt8, UInt8, UInt8, UInt8)) -> Int? {
        guard 0x81...0xFE ~= bytes.0, 0x30...0x39 ~= bytes.1, 0x81...0xFE ~= bytes.2, 0x30...0x39 ~= bytes.3 else {
            return nil
        }
        return (Int(bytes.0 - 0x81) * 10 + Int(bytes.1 - 0x30)) * 1260 + Int(bytes.2 - 0x81) * 10 + Int(bytes.3 - 0x30)
    }

    /// Where the code of a sequence of bytes is, from its hexadecimal digits.
    private static func index(of digits: Substring) -> Int? {
        guard let number = Int(digits, radix: 16) else { return nil }
        return switch digits.utf8.count {
        case 2: number
        case 4: firstOfTwo + number & 0x7FFF
        case 6: firstOfLonger + number & 0x7FFF
        case 8:
            counted(
                (
                    UInt8(truncatingIfNeeded: number >> 24), UInt8(truncatingIfNeeded: number >> 16),
                    UInt8(truncatingIfNeeded: number >> 8), UInt8(truncatingIfNeeded: number)
                )
            ).map { firstOfLonger + $0 }
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

    /// See ``CharsetText/convert(_:_:in:to:)``.
    func append(_ bytes: Span<UInt8>, _ range: Range<Int>, to output: inout [UInt8]) throws(ValueError) -> Int {
        output.reserveAdditional(range.count * 3 / 2)
        var offset = range.lowerBound
        while offset < range.upperBound {
            let run = bytes.asciiCount(in: offset..<range.upperBound)
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
        return offset
    }

    /// The code point of the bytes at `offset`, the first of which is not ASCII, and how many they are; 0 where they
    /// have no meaning.
    private func next(in bytes: Span<UInt8>, at offset: Int) -> (code: UInt32, length: Int) {
        let first = Int(bytes[offset])
        if codes[first] != 0 { return (UInt32(codes[first]), 1) }
        guard offset + 1 < bytes.count else { return (0, 1) }
        let second = Int(bytes[offset + 1])
        switch longer {
        case .codeSet3 where first == 0x8F:
            guard offset + 2 < bytes.count, second >= 0x80 else { return (0, 1) }
            return (UInt32(codes[Self.firstOfLonger + (second & 0x7F) << 8 + Int(bytes[offset + 2])]), 3)
        case .counted where 0x30...0x39 ~= second:
            guard offset + 3 < bytes.count,
                let index = Self.counted((bytes[offset], bytes[offset + 1], bytes[offset + 2], bytes[offset + 3]))
            else { return (0, 1) }
            if index < longer.count { return (UInt32(codes[Self.firstOfLonger + index]), 4) }
            // U+10000 is 90 30 81 30; behind U+10FFFF there is no character, which is found by the caller.
            return index < Self.firstBeyondBMP ? (0, 1) : (UInt32(0x10000 + index - Self.firstBeyondBMP), 4)
        default:
            return (UInt32(codes[Self.firstOfTwo + (first & 0x7F) << 8 + second]), 2)
        }
    }

    private static let firstBeyondBMP = 189_000
}
