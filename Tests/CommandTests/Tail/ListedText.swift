import Foundation
import MySQLClient
import TestSupport

/// What `mariadb-binlog -vv`, or MySQL's `mysqlbinlog`, prints for the values that `replicator tail file:` prints, worked out from the latter. Its
/// form is the poorer one, so that nothing of ours goes unseen but what is said below.
final class ListedText {
    private let session: Connection
    private var converted: [String: [UInt8]] = [:]
    private let escapes: ListedEscapes

    /// `session` is asked to convert text to other character sets.
    init(_ session: Connection, _ kind: ServerKind) {
        self.session = session
        escapes = ListedEscapes(kind)
    }

    /// Whether `value` of `column` is what `listed` shows.
    func isEqual(_ value: StrictJSON, _ listed: BinlogListing.Value, _ column: ServerColumn) throws -> Bool {
        guard let text = listed.text else { return value == .null }
        // MySQL keeps a sign that its values do not have: docs/types.md.
        if text.starts(with: "-0".utf8), text.dropFirst(2).allSatisfy({ $0 == 0x20 }) { return value == .number("0") }
        if listed.type.hasPrefix("VECTOR") {
            let unsigned = String(decoding: text, as: UTF8.self).replacing("-0.00000e+00", with: "0.00000e+00")
            return try expected(value, column, listed.type) == Array(unsigned.utf8)
        }
        if listed.type.hasSuffix("COMPRESSED") {
            // It prints the compressed bytes as they are. A first byte of 0 says that the rest is not compressed; what
            // is compressed only TypesTests compare.
            if text == Array("''".utf8) { return try bytes(value, column).isEmpty }
            guard text.starts(with: "'\\x00".utf8) else { return value != .null }
            return text == escapes.quoted([0] + (try bytes(value, column)))
        }
        return try expected(value, column, listed.type) == text
    }

    /// What is to be listed.
    private func expected(_ value: StrictJSON, _ column: ServerColumn, _ type: String) throws -> [UInt8] {
        switch (column.dataType, value) {
        case ("json", _): return escapes.quoted(Self.json(value))
        case ("vector", .array(let numbers)):
            let texts = try numbers.map { number in
                guard case .number(let digits) = number else { throw TestSupportError("\(column.name): \(value)") }
                return String(format: "%.5e", Double(Float(digits) ?? .nan))
            }
            return Array("[\(texts.joined(separator: ","))]".utf8)
        case ("tinyint", .number(let digits)): return Self.integer(digits, bits: 8)
        case ("smallint", .number(let digits)): return Self.integer(digits, bits: 16)
        case ("mediumint", .number(let digits)): return Self.integer(digits, bits: 24)
        case ("int", .number(let digits)): return Self.integer(digits, bits: 32)
        case ("bigint", .number(let digits)): return Self.integer(digits, bits: 64)
        // It takes the byte for years since 1900, although 0 is the year 0000.
        case ("year", .number(let digits)): return Array((digits == "0" ? "1900" : digits).utf8)
        case ("decimal", .string(let digits)): return digits
        // Six digits, where a FLOAT has up to nine: lossy. TypesTests compare all of them.
        case ("float", .number(let digits)): return Array(String(format: "%-20g", Double(Float(digits) ?? .nan)).utf8)
        case ("double", .number(let digits)): return Array(String(format: "%-.20g", Double(digits) ?? .nan).utf8)
        case ("bit", .number(let digits)): return Self.bits(UInt64(digits) ?? 0, count: column.precision)
        case ("date", .string(let text)): return [0x27] + text.map { $0 == 0x2D ? 0x3A : $0 } + [0x27]
        case ("time", .string(let text)), ("datetime", .string(let text)): return [0x27] + text + [0x27]
        case ("timestamp", .string(let text)): return Array(Self.epoch(String(decoding: text, as: UTF8.self)).utf8)
        case ("enum", .string(let label)):
            // The invalid value 0 and a label that is empty have the same text; the latter is in no table here.
            let index = column.labels.firstIndex(of: Self.described(label))
            return Array("\(index.map { $0 + 1 } ?? 0)".utf8)
        case ("set", .string(let list)):
            let chosen = Self.described(list).split(separator: ",").map(String.init)
            let bits = try chosen.reduce(into: UInt64(0)) { bits, label in
                guard let index = column.labels.firstIndex(of: label) else { throw TestSupportError("no \(label)") }
                bits |= 1 << UInt64(index)
            }
            // `SET(2 bytes)`, the low byte first.
            let byteCount = type.dropFirst(4).prefix { $0.isNumber }
            let swapped = (0..<(UInt64(byteCount) ?? 0)).reduce(UInt64(0)) { $0 << 8 | bits >> ($1 * 8) & 0xFF }
            return Self.bits(swapped, count: (Int(byteCount) ?? 0) * 8)
        // An empty value, which a geometry that is missing becomes, is no geometry.
        case ("point", .null), ("geometry", .null): return Array("''".utf8)
        default: return escapes.quoted(try bytes(value, column))
        }
    }

    /// A label as information_schema has it, whose own character set lacks what is beyond the basic plane.
    private static func described(_ label: [UInt8]) -> String {
        String(
            String.UnicodeScalarView(
                String(decoding: label, as: UTF8.self).unicodeScalars.map { $0.value > 0xFFFF ? "?" : $0 }))
    }

    /// The bytes that the server logs for a value of text or bytes.
    private func bytes(_ value: StrictJSON, _ column: ServerColumn) throws -> [UInt8] {
        if let srid = value["srid"]?.integer, case .string(let wkb) = value["wkb"], value.members?.count == 2 {
            return (0..<4).map { UInt8(truncatingIfNeeded: srid >> (UInt64($0) * 8)) } + (try Self.base64(wkb))
        }
        guard case .string(let text) = value else { throw TestSupportError("\(column.name): \(value)") }
        switch column.dataType {
        case "binary", "uuid", "inet4", "inet6":
            // The log has the value without its trailing zeros, ours has them all.
            var raw = try Self.base64(text)
            let length = ["uuid": 16, "inet4": 4, "inet6": 16][column.dataType] ?? column.byteLength
            guard raw.count == length else {
                throw TestSupportError("\(column.name): \(raw.count) bytes, not \(length)")
            }
            while raw.last == 0 { raw.removeLast() }
            return raw
        case "varbinary", "tinyblob", "blob", "mediumblob", "longblob": return try Self.base64(text)
        default: return try convert(text, to: column.charset ?? "binary")
        }
    }

    private func convert(_ text: [UInt8], to charset: String) throws -> [UInt8] {
        if charset == "utf8mb4" || charset == "utf8mb3" || text.isEmpty { return text }
        let digits = text.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
        let key = "\(charset) \(digits)"
        if let bytes = converted[key] { return bytes }
        let result = try session.query(
            "SELECT CAST(CONVERT(_utf8mb4 x'\(digits)' USING \(charset)) AS BINARY)")
        let bytes = result.rows[0][0] ?? []
        converted[key] = bytes
        return bytes
    }

    private static func base64(_ text: [UInt8]) throws -> [UInt8] {
        guard let data = Data(base64Encoded: Data(text)) else { throw TestSupportError("no base64") }
        return Array(data)
    }

    /// It knows no signs: what is negative as a signed number is followed by the unsigned one.
    private static func integer(_ digits: String, bits: Int) -> [UInt8] {
        let mask = UInt64.max >> UInt64(64 - bits)
        let pattern = Int64(digits).map { UInt64(bitPattern: $0) & mask } ?? UInt64(digits) ?? 0
        guard pattern >> UInt64(bits - 1) == 1 else { return Array("\(pattern)".utf8) }
        let signed = Int64(bitPattern: pattern | ~mask)
        return Array("\(signed) (\(pattern))".utf8)
    }

    private static func bits(_ value: UInt64, count: Int) -> [UInt8] {
        let digits = String(value, radix: 2)
        return Array("b'\(String(repeating: "0", count: max(0, count - digits.count)))\(digits)'".utf8)
    }

    /// Seconds since 1970 of a time in UTC, with its fraction; the zero date is 0.
    private static func epoch(_ text: String) -> String {
        let fraction = text.dropFirst(19)
        if text.hasPrefix("0000-00-00") { return "0\(fraction)" }
        let fields = text.prefix(19).split { !$0.isNumber }.compactMap { Int32($0) }
        var time = tm()
        (time.tm_year, time.tm_mon, time.tm_mday) = (fields[0] - 1900, fields[1] - 1, fields[2])
        (time.tm_hour, time.tm_min, time.tm_sec) = (fields[3], fields[4], fields[5])
        return "\(timegm(&time))\(fraction)"
    }
}
