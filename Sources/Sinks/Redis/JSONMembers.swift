/// The members of one JSON object, as they stand in the text: numbers keep their digits, and nested values their
/// bytes. Reads what `ValueText.appendJSON` writes; nil for what is no JSON object.
struct JSONMembers {
    enum Value: Equatable {
        case null
        /// Unescaped.
        case string([UInt8])
        /// A number, `true`, `false`, an object or an array.
        case raw([UInt8])
    }

    struct Member {
        var name: [UInt8]
        var value: Value
        /// The value as it stands in the text, with the white space around it.
        var raw: [UInt8]
    }

    private(set) var members: [Member] = []

    init?(_ text: [UInt8]) {
        var scanner = Scanner(text: text)
        guard scanner.skip(UInt8(ascii: "{")) else { return nil }
        if !scanner.skip(UInt8(ascii: "}")) {
            repeat {
                guard let name = scanner.readString(), scanner.skip(UInt8(ascii: ":")) else { return nil }
                let start = scanner.offset
                scanner.skipSpace()
                guard let value = scanner.readValue() else { return nil }
                scanner.skipSpace()
                members.append(Member(name: name, value: value, raw: Array(text[start..<scanner.offset])))
            } while scanner.skip(UInt8(ascii: ","))
            guard scanner.skip(UInt8(ascii: "}")) else { return nil }
        }
        scanner.skipSpace()
        guard scanner.offset == text.count else { return nil }
    }

    subscript(name: String) -> Member? {
        members.first { $0.name.elementsEqual(name.utf8) }
    }

    private struct Scanner {
        let text: [UInt8]
        var offset = 0

        init(text: [UInt8]) {
            self.text = text
        }

        mutating func skipSpace() {
            while offset < text.count, [0x20, 0x09, 0x0A, 0x0D].contains(text[offset]) { offset += 1 }
        }

        /// Moves past white space, and past `byte` if it is next.
        mutating func skip(_ byte: UInt8) -> Bool {
            skipSpace()
            guard offset < text.count, text[offset] == byte else { return false }
            offset += 1
            return true
        }

        mutating func readValue() -> Value? {
            guard offset < text.count else { return nil }
            switch text[offset] {
            case UInt8(ascii: "\""):
                return readString().map { .string($0) }
            case UInt8(ascii: "{"), UInt8(ascii: "["):
                return readNested()
            default:
                let start = offset
                while offset < text.count, !",}] \t\r\n".utf8.contains(text[offset]) { offset += 1 }
                let word = Array(text[start..<offset])
                if word.isEmpty { return nil }
                return word.elementsEqual("null".utf8) ? .null : .raw(word)
            }
        }

        /// An object or array: up to the bracket that ends it, whatever is inside.
        private mutating func readNested() -> Value? {
            let start = offset
            var depth = 0
            while offset < text.count {
                switch text[offset] {
                case UInt8(ascii: "\""):
                    guard readString() != nil else { return nil }
                    continue
                case UInt8(ascii: "{"), UInt8(ascii: "["): depth += 1
                case UInt8(ascii: "}"), UInt8(ascii: "]"): depth -= 1
                default: break
                }
                offset += 1
                if depth == 0 { return .raw(Array(text[start..<offset])) }
            }
            return nil
        }

        mutating func readString() -> [UInt8]? {
            guard skip(UInt8(ascii: "\"")) else { return nil }
            var string: [UInt8] = []
            while offset < text.count {
                let byte = text[offset]
                offset += 1
                switch byte {
                case UInt8(ascii: "\""): return string
                case UInt8(ascii: "\\"):
                    guard readEscape(into: &string) else { return nil }
                default: string.append(byte)
                }
            }
            return nil
        }

        private mutating func readEscape(into string: inout [UInt8]) -> Bool {
            guard offset < text.count else { return false }
            let kind = text[offset]
            offset += 1
            switch kind {
            case UInt8(ascii: "b"): string.append(0x08)
            case UInt8(ascii: "f"): string.append(0x0C)
            case UInt8(ascii: "n"): string.append(0x0A)
            case UInt8(ascii: "r"): string.append(0x0D)
            case UInt8(ascii: "t"): string.append(0x09)
            case UInt8(ascii: "u"): return readUnicode(into: &string)
            default: string.append(kind)
            }
            return true
        }

        private mutating func readUnicode(into string: inout [UInt8]) -> Bool {
            guard let first = readCodeUnit() else { return false }
            var units = [first]
            if UTF16.isLeadSurrogate(first) {
                guard offset + 1 < text.count, text[offset] == UInt8(ascii: "\\"), text[offset + 1] == UInt8(ascii: "u")
                else { return false }
                offset += 2
                guard let second = readCodeUnit() else { return false }
                units.append(second)
            }
            guard let decoded = String(validating: units, as: UTF16.self) else { return false }
            string.append(contentsOf: decoded.utf8)
            return true
        }

        private mutating func readCodeUnit() -> UInt16? {
            guard offset + 4 <= text.count else { return nil }
            defer { offset += 4 }
            var unit: UInt16 = 0
            for byte in text[offset..<offset + 4] {
                guard let digit = Character(Unicode.Scalar(byte)).hexDigitValue else { return nil }
                unit = unit << 4 | UInt16(digit)
            }
            return unit
        }
    }
}
