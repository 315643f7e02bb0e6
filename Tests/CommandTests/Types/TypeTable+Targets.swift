import Foundation
import TestSupport

// Where rows are at the targets, and how to change them there. `row` is of ``ServerRows``.
extension TypeTable {
    private func keyIndices(_ columns: [ServerColumn]) -> [Int] {
        // A PRIMARY KEY's own order.
        let names = keyParts == "k3, k1, k2" ? ["k3", "k1", "k2"] : key?.map(\.name) ?? ["n"]
        return names.compactMap { name in columns.firstIndex { $0.name == name } }
    }

    /// `n=5`: how verify names the row.
    func named(_ row: [[UInt8]?], _ columns: [ServerColumn]) -> String {
        keyIndices(columns).map { index in
            let text = columns[index].keyText(row[index] ?? [])
            let shown = columns[index].isBinary ? "x'\(Hex.digits(text))'" : String(decoding: text, as: UTF8.self)
            return "\(columns[index].name)=\(shown)"
        }.joined(separator: ", ")
    }

    /// Table and key, by colons.
    func redisKey(_ row: [[UInt8]?], _ columns: [ServerColumn]) -> [UInt8] {
        let indices = keyIndices(columns)
        var key = Array(name.redisEscaped.utf8)
        for index in indices {
            let text = columns[index].keyText(row[index] ?? [])
            key.append(UInt8(ascii: ":"))
            key +=
                index == indices.last
                ? text : text.flatMap { $0 == 0x25 || $0 == 0x3A ? Array(($0 == 0x25 ? "%25" : "%3A").utf8) : [$0] }
        }
        return key
    }

    /// Changes the columns `others` of a row in SQLite.
    func sqliteChange(_ row: [[UInt8]?], _ columns: [ServerColumn], _ others: [Int]) -> String {
        let changes = others.map { index in
            let column = columns[index]
            let name = TypesFixture.quoted(column.name)
            let value =
                switch (row[index], column.sqliteKind) {
                case (nil, "b"): "x'01'"
                case (nil, _): "1"
                case (_, "i"): "\(name) + 1"
                case (_, "r"): "\(name) * 2 + 1"
                case (_, "b"): "CAST(\(name) || x'01' AS BLOB)"
                default: "\(name) || 'x'"
                }
            return "\(name) = \(value)"
        }
        let number = String(decoding: row[0] ?? [], as: UTF8.self)
        return "UPDATE \(TypesFixture.quoted(name)) SET \(changes.joined(separator: ", ")) WHERE n = \(number);"
    }

    /// The command that changes the columns `others` of a row's hash.
    func hashChange(_ row: [[UInt8]?], _ columns: [ServerColumn], _ others: [Int]) -> [[UInt8]] {
        [Array("HSET".utf8), redisKey(row, columns)]
            + others.flatMap { [Array(columns[$0].name.utf8), (row[$0] ?? []) + Array("1".utf8)] }
    }

    /// The command that changes the columns `others` of a row's JSON: NULL to a value, and values to NULL.
    func stringChange(_ row: [[UInt8]?], _ columns: [ServerColumn], _ others: [Int]) throws -> [[UInt8]] {
        let members = columns.enumerated().map { index, column in
            let text = row[index]
            let value: String =
                if !others.contains(index) {
                    column.isBinary ? "\"\(Data(text ?? []).base64EncodedString())\"" : column.jsonText(text ?? [])
                } else if text == nil || text == Array("null".utf8) && column.isJSON {
                    column.isGeometry
                        ? "{\"srid\":0,\"wkb\":\"\"}" : column.isInteger || column.isReal ? "1" : "\"MTIz\""
                } else {
                    "null"
                }
            return "\(StrictJSON.quoted(column.name)):\(value)"
        }
        return [Array("SET".utf8), redisKey(row, columns), Array("{\(members.joined(separator: ","))}".utf8)]
    }

    /// A row of this number, and else NULLs, as JSON.
    func document(n: String, _ columns: [ServerColumn]) throws -> [UInt8] {
        let members = columns.map { "\(StrictJSON.quoted($0.name)):\($0.name == "n" ? n : "null")" }
        return Array("{\(members.joined(separator: ","))}".utf8)
    }
}

extension String {
    /// As a value of a Redis key that more follows.
    var redisEscaped: String {
        replacingOccurrences(of: "%", with: "%25").replacingOccurrences(of: ":", with: "%3A")
    }
}

extension StrictJSON {
    /// `text` as a JSON string.
    static func quoted(_ text: String) -> String {
        let escaped = text.unicodeScalars.map { scalar -> String in
            switch scalar {
            case "\"", "\\": "\\\(scalar)"
            case _ where scalar.value < 0x20: String(format: "\\u%04x", scalar.value)
            default: String(scalar)
            }
        }
        return "\"\(escaped.joined())\""
    }
}
