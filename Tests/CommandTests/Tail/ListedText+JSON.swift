import Foundation

// MySQL's JSON documents as `mysqlbinlog -vv` prints them.
extension ListedText {
    /// As the server's `CAST(… AS CHAR)` prints it, but for a string, which stands without its own quotes.
    static func json(_ value: StrictJSON) -> [UInt8] {
        if case .string(let bytes) = value { return bytes }
        var text: [UInt8] = []
        append(value, to: &text)
        return text
    }

    private static func append(_ value: StrictJSON, to text: inout [UInt8]) {
        switch value {
        case .null: text += Array("null".utf8)
        case .bool(let flag): text += Array("\(flag)".utf8)
        case .number(let digits): text += Array(digits.utf8)
        case .string(let bytes): appendQuoted(bytes, to: &text)
        case .array(let values):
            text.append(UInt8(ascii: "["))
            for (index, value) in values.enumerated() {
                if index > 0 { text += Array(", ".utf8) }
                append(value, to: &text)
            }
            text.append(UInt8(ascii: "]"))
        case .object(let members):
            text.append(UInt8(ascii: "{"))
            for (index, member) in members.enumerated() {
                if index > 0 { text += Array(", ".utf8) }
                appendQuoted(Array(member.name.utf8), to: &text)
                text += Array(": ".utf8)
                append(member.value, to: &text)
            }
            text.append(UInt8(ascii: "}"))
        }
    }

    /// `double_quote` in sql-common/json_dom.cc.
    private static func appendQuoted(_ bytes: [UInt8], to text: inout [UInt8]) {
        text.append(UInt8(ascii: "\""))
        for byte in bytes {
            switch byte {
            case UInt8(ascii: "\""), UInt8(ascii: "\\"): text += [UInt8(ascii: "\\"), byte]
            case 0x08: text += Array("\\b".utf8)
            case 0x09: text += Array("\\t".utf8)
            case 0x0A: text += Array("\\n".utf8)
            case 0x0C: text += Array("\\f".utf8)
            case 0x0D: text += Array("\\r".utf8)
            case 0..<0x20: text += Array(String(format: "\\u%04x", byte).utf8)
            default: text.append(byte)
            }
        }
        text.append(UInt8(ascii: "\""))
    }
}
