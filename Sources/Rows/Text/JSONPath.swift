/// A path into a JSON document, as MySQL writes them (`Json_path::to_string` in sql-common/json_path.cc): `$.a[1]."b c"`.
/// No wildcards.
struct JSONPath {
    enum Leg: Equatable {
        /// A member's name: UTF-8, in `names`.
        case member(Range<Int>)
        case cell(Int)
        /// `[last]` is 0, `[last-1]` 1.
        case cellFromEnd(Int)
    }

    private(set) var legs: [Leg] = []
    private(set) var names: [UInt8] = []

    /// The server's documents are no deeper.
    private static let greatestCount = 100

    init(_ text: Span<UInt8>) throws(ValueError) {
        guard text.count > 0, text[0] == UInt8(ascii: "$") else { throw .malformedJSON(offset: 0) }
        var offset = 1
        while offset < text.count {
            guard legs.count < Self.greatestCount else { throw .malformedJSON(offset: offset) }
            switch text[offset] {
            case UInt8(ascii: "."): legs.append(.member(try readName(text, at: &offset)))
            case UInt8(ascii: "["): legs.append(try Self.readCell(text, at: &offset))
            default: throw .malformedJSON(offset: offset)
            }
        }
    }

    private mutating func readName(_ text: Span<UInt8>, at offset: inout Int) throws(ValueError) -> Range<Int> {
        let start = names.count
        offset += 1
        if offset < text.count, text[offset] == UInt8(ascii: "\"") {
            offset += 1
            try readQuoted(text, at: &offset)
        } else {
            let first = offset
            while offset < text.count, text[offset] != UInt8(ascii: "."), text[offset] != UInt8(ascii: "[") {
                names.append(text[offset])
                offset += 1
            }
            guard offset > first else { throw .malformedJSON(offset: offset) }
        }
        return start..<names.count
    }

    /// A string as `double_quote` writes it (sql-common/json_dom.cc), up to and with its closing quote.
    private mutating func readQuoted(_ text: Span<UInt8>, at offset: inout Int) throws(ValueError) {
        while offset < text.count {
            let byte = text[offset]
            offset += 1
            if byte == UInt8(ascii: "\"") { return }
            guard byte == UInt8(ascii: "\\") else {
                names.append(byte)
                continue
            }
            guard offset < text.count else { break }
            let escape = text[offset]
            offset += 1
            switch escape {
            case UInt8(ascii: "b"): names.append(0x08)
            case UInt8(ascii: "t"): names.append(0x09)
            case UInt8(ascii: "n"): names.append(0x0A)
            case UInt8(ascii: "f"): names.append(0x0C)
            case UInt8(ascii: "r"): names.append(0x0D)
            case UInt8(ascii: "u"):
                // Only control characters are written so.
                guard let character = Unicode.Scalar(try Self.readHexadecimal(text, at: &offset)) else {
                    throw .malformedJSON(offset: offset)
                }
                names.append(character)
            default: names.append(escape)
            }
        }
        throw .malformedJSON(offset: offset)
    }

    private static func readHexadecimal(_ text: Span<UInt8>, at offset: inout Int) throws(ValueError) -> UInt32 {
        var value: UInt32 = 0
        for _ in 0..<4 {
            guard offset < text.count, let digit = Character(Unicode.Scalar(text[offset])).hexDigitValue else {
                throw .malformedJSON(offset: offset)
            }
            value = value << 4 | UInt32(digit)
            offset += 1
        }
        return value
    }

    /// `[12]`, `[last]`, `[last-12]`.
    private static func readCell(_ text: Span<UInt8>, at offset: inout Int) throws(ValueError) -> Leg {
        let start = offset
        offset += 1
        var digits = 0
        var number = 0
        let fromEnd = offset < text.count && text[offset] == UInt8(ascii: "l")
        var isNumbered = true
        if fromEnd {
            for byte in StaticString("last").withUTF8Buffer({ Array($0) }) {
                guard offset < text.count, text[offset] == byte else { throw .malformedJSON(offset: start) }
                offset += 1
            }
            isNumbered = offset < text.count && text[offset] == UInt8(ascii: "-")
            if isNumbered { offset += 1 }
        }
        while offset < text.count, case let digit = text[offset] &- UInt8(ascii: "0"), digit < 10 {
            guard digits < 10 else { throw .malformedJSON(offset: start) }
            number = number * 10 + Int(digit)
            digits += 1
            offset += 1
        }
        guard (digits > 0) == isNumbered, offset < text.count, text[offset] == UInt8(ascii: "]") else {
            throw .malformedJSON(offset: start)
        }
        offset += 1
        return fromEnd ? .cellFromEnd(number) : .cell(number)
    }
}
