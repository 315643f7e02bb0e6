/// A JSON value that keeps numbers as they are written: a `Double` would lose digits of them.
enum JSONDocument: Equatable {
    case null
    case bool(Bool)
    case number(String)
    case string(String)
    case array([JSONDocument])
    case object([String: JSONDocument])

    subscript(_ name: String) -> JSONDocument? {
        guard case .object(let members) = self else { return nil }
        return members[name]
    }

    var text: String? {
        guard case .string(let text) = self else { return nil }
        return text
    }

    var integer: Int? {
        guard case .number(let text) = self else { return nil }
        return Int(text)
    }

    var bool: Bool? {
        guard case .bool(let bool) = self else { return nil }
        return bool
    }

    var array: [JSONDocument]? {
        guard case .array(let elements) = self else { return nil }
        return elements
    }

    var object: [String: JSONDocument]? {
        guard case .object(let members) = self else { return nil }
        return members
    }

    /// Equal as JSON values: `1.0` is `1`, and the order of members does not matter.
    /// - Parameter spelling: what else two values may be that are the same.
    func means(_ other: JSONDocument, spelling: (JSONDocument, JSONDocument) -> Bool = { _, _ in false }) -> Bool {
        if spelling(self, other) { return true }
        switch (self, other) {
        case (.number(let one), .number(let two)):
            if Int64(one) != nil || UInt64(one) != nil, Int64(two) != nil || UInt64(two) != nil { return one == two }
            return Double(one) == Double(two)
        case (.array(let one), .array(let two)):
            return one.count == two.count && zip(one, two).allSatisfy { $0.means($1, spelling: spelling) }
        case (.object(let one), .object(let two)):
            return one.count == two.count
                && one.allSatisfy { name, value in two[name].map { value.means($0, spelling: spelling) } ?? false }
        default: return self == other
        }
    }
}

extension JSONDocument: CustomStringConvertible {
    var description: String {
        switch self {
        case .null: "null"
        case .bool(let bool): "\(bool)"
        case .number(let text): text
        case .string(let text): "\"\(text)\""
        case .array(let elements): "[" + elements.map(\.description).joined(separator: ", ") + "]"
        case .object(let members):
            "{"
                + members.sorted { $0.key < $1.key }.map { "\"\($0.key)\": \($0.value)" }.joined(separator: ", ")
                + "}"
        }
    }
}

extension JSONDocument {
    init?(_ bytes: [UInt8]) {
        var parser = JSONParser(bytes)
        guard let document = parser.document() else { return nil }
        self = document
    }

    init?(_ text: String) { self.init(Array(text.utf8)) }
}

/// Reads one document. Strict about structure, and not about the spelling of numbers.
private struct JSONParser {
    private let bytes: [UInt8]
    private var index = 0
    private var depth = 0

    init(_ bytes: [UInt8]) { self.bytes = bytes }

    mutating func document() -> JSONDocument? {
        guard let value = value() else { return nil }
        return peek() == nil ? value : nil
    }

    /// The next byte that is no white space.
    private mutating func peek() -> UInt8? {
        while index < bytes.count, [0x20, 0x09, 0x0A, 0x0D].contains(bytes[index]) { index += 1 }
        return index < bytes.count ? bytes[index] : nil
    }

    private mutating func take(_ character: Unicode.Scalar) -> Bool {
        guard peek() == UInt8(ascii: character) else { return false }
        index += 1
        return true
    }

    private mutating func take(word: String) -> Bool {
        guard bytes[index...].starts(with: word.utf8) else { return false }
        index += word.utf8.count
        return true
    }

    private mutating func value() -> JSONDocument? {
        guard let byte = peek(), depth < 512 else { return nil }
        depth += 1
        defer { depth -= 1 }
        switch byte {
        case UInt8(ascii: "{"): return object()
        case UInt8(ascii: "["): return array()
        case UInt8(ascii: "\""): return string().map { .string($0) }
        case UInt8(ascii: "t"): return take(word: "true") ? .bool(true) : nil
        case UInt8(ascii: "f"): return take(word: "false") ? .bool(false) : nil
        case UInt8(ascii: "n"): return take(word: "null") ? .null : nil
        default:
            let start = index
            while index < bytes.count, "+-.0123456789Ee".utf8.contains(bytes[index]) { index += 1 }
            let text = String(decoding: bytes[start..<index], as: UTF8.self)
            return Double(text) == nil ? nil : .number(text)
        }
    }

    private mutating func array() -> JSONDocument? {
        index += 1
        var elements: [JSONDocument] = []
        if take("]") { return .array(elements) }
        repeat {
            guard let element = value() else { return nil }
            elements.append(element)
        } while take(",")
        return take("]") ? .array(elements) : nil
    }

    private mutating func object() -> JSONDocument? {
        index += 1
        var members: [String: JSONDocument] = [:]
        if take("}") { return .object(members) }
        repeat {
            guard peek() == UInt8(ascii: "\""), let name = string(), take(":"), let value = value() else { return nil }
            members[name] = value
        } while take(",")
        return take("}") ? .object(members) : nil
    }

    private mutating func string() -> String? {
        index += 1
        var text: [UInt8] = []
        while index < bytes.count {
            let byte = bytes[index]
            index += 1
            switch byte {
            case UInt8(ascii: "\""): return String(validating: text, as: UTF8.self)
            case UInt8(ascii: "\\"):
                guard let scalar = escape() else { return nil }
                text += Array(String(Character(scalar)).utf8)
            default: text.append(byte)
            }
        }
        return nil
    }

    private mutating func escape() -> Unicode.Scalar? {
        guard index < bytes.count else { return nil }
        let byte = bytes[index]
        index += 1
        switch byte {
        case UInt8(ascii: "n"): return "\n"
        case UInt8(ascii: "t"): return "\t"
        case UInt8(ascii: "r"): return "\r"
        case UInt8(ascii: "b"): return "\u{8}"
        case UInt8(ascii: "f"): return "\u{C}"
        case UInt8(ascii: "u"):
            guard let first = unit() else { return nil }
            guard first & 0xFC00 == 0xD800 else { return Unicode.Scalar(first) }
            guard take(word: "\\u"), let second = unit(), second & 0xFC00 == 0xDC00 else { return nil }
            return Unicode.Scalar(0x10000 + (first & 0x3FF) << 10 + second & 0x3FF)
        default: return Unicode.Scalar(byte)
        }
    }

    private mutating func unit() -> UInt32? {
        guard index + 4 <= bytes.count else { return nil }
        defer { index += 4 }
        return UInt32(String(decoding: bytes[index..<index + 4], as: UTF8.self), radix: 16)
    }
}
