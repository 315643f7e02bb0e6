import Foundation
import TestSupport

/// A JSON value as it stands in the text: numbers keep their digits, and members their order. Its reader takes what
/// RFC 8259 allows, and nothing else.
indirect enum StrictJSON: Equatable {
    case null
    case bool(Bool)
    case number(String)
    /// Unescaped UTF-8.
    case string([UInt8])
    case array([StrictJSON])
    case object([Member])

    struct Member: Equatable {
        var name: String
        var value: StrictJSON
    }

    /// Reads `text`, all of it; it must be UTF-8.
    init(_ text: some Sequence<UInt8>) throws {
        let bytes = Array(text)
        guard String(validating: bytes, as: UTF8.self) != nil else { throw TestSupportError("JSON that is not UTF-8") }
        self = try bytes.withUnsafeBufferPointer { buffer in
            var reader = Reader(bytes: buffer)
            let value = try reader.readValue()
            reader.skipSpace()
            guard reader.offset == buffer.count else { throw reader.error("text behind the value") }
            return value
        }
    }

    /// The members of an object; nil for others.
    var members: [Member]? {
        if case .object(let members) = self { members } else { nil }
    }

    subscript(name: String) -> StrictJSON? {
        members?.first { $0.name == name }?.value
    }

    /// A string's text; nil for others.
    var text: String? {
        if case .string(let bytes) = self { String(validating: bytes, as: UTF8.self) } else { nil }
    }

    /// A number that is whole; nil for others.
    var integer: UInt64? {
        if case .number(let digits) = self { UInt64(digits) } else { nil }
    }

    private struct Reader {
        let bytes: UnsafeBufferPointer<UInt8>
        var offset = 0

        init(bytes: UnsafeBufferPointer<UInt8>) {
            self.bytes = bytes
        }

        func error(_ what: String) -> TestSupportError {
            let around = bytes[max(0, offset - 60)..<min(bytes.count, offset + 20)]
            return TestSupportError("JSON: \(what) at \(offset): …\(String(decoding: around, as: UTF8.self))…")
        }

        private var next: UInt8? { offset < bytes.count ? bytes[offset] : nil }

        mutating func skipSpace() {
            while let byte = next, byte == 0x20 || byte == 0x09 || byte == 0x0A || byte == 0x0D { offset += 1 }
        }

        private mutating func take(_ byte: UInt8) -> Bool {
            skipSpace()
            guard next == byte else { return false }
            offset += 1
            return true
        }

        mutating func readValue() throws -> StrictJSON {
            skipSpace()
            switch next ?? 0 {
            case UInt8(ascii: "\""): return .string(try readString())
            case UInt8(ascii: "{"): return try readObject()
            case UInt8(ascii: "["): return try readArray()
            case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"): return try readNumber()
            default:
                for (word, value) in [("null", StrictJSON.null), ("true", .bool(true)), ("false", .bool(false))]
                where bytes[offset...].starts(with: word.utf8) {
                    offset += word.utf8.count
                    return value
                }
                throw error("no value")
            }
        }

        private mutating func readObject() throws -> StrictJSON {
            offset += 1
            var members: [Member] = []
            if take(UInt8(ascii: "}")) { return .object([]) }
            repeat {
                skipSpace()
                guard next == UInt8(ascii: "\"") else { throw error("no member") }
                let name = String(decoding: try readString(), as: UTF8.self)
                guard take(UInt8(ascii: ":")) else { throw error("no colon") }
                members.append(Member(name: name, value: try readValue()))
            } while take(UInt8(ascii: ","))
            guard take(UInt8(ascii: "}")) else { throw error("an object without end") }
            return .object(members)
        }

        private mutating func readArray() throws -> StrictJSON {
            offset += 1
            var elements: [StrictJSON] = []
            if take(UInt8(ascii: "]")) { return .array([]) }
            repeat { elements.append(try readValue()) } while take(UInt8(ascii: ","))
            guard take(UInt8(ascii: "]")) else { throw error("an array without end") }
            return .array(elements)
        }

        private mutating func readNumber() throws -> StrictJSON {
            let start = offset
            if next == UInt8(ascii: "-") { offset += 1 }
            let first = next
            let whole = skipDigits()
            guard whole == 1 || whole > 1 && first != UInt8(ascii: "0") else { throw error("a number's digits") }
            if next == UInt8(ascii: ".") {
                offset += 1
                guard skipDigits() > 0 else { throw error("a fraction without digits") }
            }
            if let letter = next, letter | 0x20 == UInt8(ascii: "e") {
                offset += 1
                if next == UInt8(ascii: "+") || next == UInt8(ascii: "-") { offset += 1 }
                guard skipDigits() > 0 else { throw error("an exponent without digits") }
            }
            return .number(String(decoding: bytes[start..<offset], as: UTF8.self))
        }

        private mutating func skipDigits() -> Int {
            let start = offset
            while let byte = next, (0x30...0x39).contains(byte) { offset += 1 }
            return offset - start
        }

        private mutating func readString() throws -> [UInt8] {
            offset += 1
            var string: [UInt8] = []
            while true {
                let start = offset
                offset = try endOfPlainText()
                string.append(contentsOf: bytes[start..<offset])
                offset += 1
                if bytes[offset - 1] == UInt8(ascii: "\"") { return string }
                try readEscape(into: &string)
            }
        }

        /// Where the next quote or backslash is. By the C library's functions, since values may be of 20 MB.
        private func endOfPlainText() throws -> Int {
            guard let base = bytes.baseAddress, let quote = memchr(base + offset, 0x22, bytes.count - offset) else {
                throw error("a string without end")
            }
            let toQuote = UnsafeRawPointer(quote) - UnsafeRawPointer(base + offset)
            let backslash = memchr(base + offset, 0x5C, toQuote)
            let count = backslash.map { UnsafeRawPointer($0) - UnsafeRawPointer(base + offset) } ?? toQuote
            guard !ControlCharacters.areIn(UnsafeBufferPointer(start: base + offset, count: count)) else {
                throw error("a control character")
            }
            return offset + count
        }

        private mutating func readEscape(into string: inout [UInt8]) throws {
            guard let kind = next else { throw error("an escape without end") }
            offset += 1
            switch kind {
            case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): string.append(kind)
            case UInt8(ascii: "b"): string.append(0x08)
            case UInt8(ascii: "f"): string.append(0x0C)
            case UInt8(ascii: "n"): string.append(0x0A)
            case UInt8(ascii: "r"): string.append(0x0D)
            case UInt8(ascii: "t"): string.append(0x09)
            case UInt8(ascii: "u"):
                var units = [try readUnit()]
                if UTF16.isLeadSurrogate(units[0]), bytes[offset...].starts(with: "\\u".utf8) {
                    offset += 2
                    units.append(try readUnit())
                }
                guard let text = String(validating: units, as: UTF16.self) else { throw error("half a surrogate pair") }
                string.append(contentsOf: text.utf8)
            default: throw error("an unknown escape")
            }
        }

        private mutating func readUnit() throws -> UInt16 {
            guard offset + 4 <= bytes.count,
                let unit = UInt16(String(decoding: bytes[offset..<offset + 4], as: UTF8.self), radix: 16)
            else { throw error("an escape without four digits") }
            offset += 4
            return unit
        }
    }
}

extension StrictJSON: CustomStringConvertible {
    /// For messages of failed tests.
    var description: String {
        switch self {
        case .null: "null"
        case .bool(let value): "\(value)"
        case .number(let digits): digits
        case .string(let bytes): "\"\(String(decoding: bytes.prefix(300), as: UTF8.self))\""
        case .array(let elements): "\(elements)"
        case .object(let members): "{\(members.map { "\($0.name): \($0.value)" }.joined(separator: ", "))}"
        }
    }
}

enum ControlCharacters {
    /// Whether any byte is below 0x20.
    static func areIn(_ bytes: UnsafeBufferPointer<UInt8>) -> Bool {
        guard let base = bytes.baseAddress else { return false }
        if bytes.count < 1000 { return bytes.contains { $0 < 0x20 } }
        return (0..<0x20).contains { memchr(base, $0, bytes.count) != nil }
    }
}
