/// A character set of one byte a character: what each byte means. Generated from the server, since iconv's tables of
/// the same names differ from the server's in a dozen of them.
struct SingleByteTable: Sendable {
    private let charset: Charset
    /// What each of the 256 bytes means; nil: nothing.
    private var characters: [Unicode.Scalar?]
    /// True if the bytes below 0x80 are ASCII, as in all but swe7.
    private var holdsASCII: Bool

    static func of(_ charset: Charset) throws(ValueError) -> SingleByteTable {
        guard let table = all[Int(charset.rawValue)] else { throw .unsupportedCharset(charset.name) }
        return table
    }

    /// By raw value.
    private static let all: [SingleByteTable?] = {
        var digits: [[UInt8]] = Charset.allCases.map { _ in [] }
        var charset: Charset?
        for word in SingleByteTables.text.split(whereSeparator: { $0 == " " || $0 == "\n" }) {
            if let name = Charset(name: word) {
                charset = name
            } else if let charset {
                digits[Int(charset.rawValue)] += Array(word.utf8)
            }
        }
        return Charset.allCases.map { charset in
            let digits = digits[Int(charset.rawValue)]
            return digits.isEmpty ? nil : SingleByteTable(charset, digits: digits)
        }
    }()

    /// `digits`: four hexadecimal digits, or `----`, for each of the upper 128 bytes, or of all.
    private init(_ charset: Charset, digits: [UInt8]) {
        let listed = stride(from: 0, to: digits.count, by: 4).map { start in
            UInt16(String(validating: digits[start..<start + 4], as: UTF8.self) ?? "", radix: 16)
                .flatMap { Unicode.Scalar($0) }
        }
        let ascii = (0..<UInt8(256 - listed.count)).map { Unicode.Scalar($0) }
        self.charset = charset
        characters = ascii + listed
        holdsASCII = !ascii.isEmpty
    }

    /// See ``CharsetText/convert(_:_:in:to:)``.
    func append(_ bytes: Span<UInt8>, _ range: Range<Int>, to output: inout [UInt8]) throws(ValueError) -> Int {
        output.reserveAdditional(range.count)
        var offset = range.lowerBound
        while offset < range.upperBound {
            let run = holdsASCII ? bytes.asciiCount(in: offset..<range.upperBound) : 0
            if run > 0 {
                output.append(bytes, offset..<offset + run)
                offset += run
                continue
            }
            guard let character = characters[Int(bytes[offset])] else {
                throw .invalidBytes(charset: charset.name, offset: offset)
            }
            output.append(character)
            offset += 1
        }
        return offset
    }
}

extension Span<UInt8> {
    /// How many ASCII bytes a range begins with.
    func asciiCount(in range: Range<Int>) -> Int {
        var end = range.lowerBound
        while end < range.upperBound && self[end] < 0x80 { end += 1 }
        return end - range.lowerBound
    }
}
