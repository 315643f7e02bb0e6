import Foundation
import MySQLClient
import TestSupport

/// The rows of a table as the source's own SELECT shows them: the comparison queries of docs/types.md, asked by the test
/// itself. Values are canonical text, and what the text is of stands in `columns`.
struct ServerRows {
    var columns: [ServerColumn]
    var rows: [[[UInt8]?]]

    init(of table: String, in database: String, _ session: Connection) throws {
        columns = try ServerColumn.columns(of: table, in: database, session)
        try session.execute("SET sql_mode = '', time_zone = '+00:00', NAMES utf8mb4")
        let flavour = session.serverVersion.flavour
        let list = columns.map { $0.comparison(on: flavour) }.joined(separator: ", ")
        rows = try session.query(
            "SELECT \(list) FROM \(Connection.identifier(database)).\(Connection.identifier(table))"
        ).rows
        for row in rows.indices {
            for (index, column) in columns.enumerated() {
                if column.isBinary || column.isGeometry {
                    rows[row][index] = rows[row][index].map(Hex.bytes)
                } else if column.isVector {
                    rows[row][index] = rows[row][index].map { ServerColumn.vectorText(Hex.bytes($0)) }
                }
            }
        }
    }
}

extension ServerColumn {
    /// The expression by which the column is compared. Bytes come as hexadecimal digits, a geometry's with its SRID in front.
    fileprivate func comparison(on flavour: ServerVersion.Flavour) -> String {
        let name = Connection.identifier(name)
        // ZEROFILL is display, not value.
        if isInteger || columnType.hasSuffix("zerofill") && !isReal { return "\(name) + 0" }
        if isReal { return "CAST(\(name) AS DOUBLE)" }
        if isBinary || isVector { return "HEX(\(name))" }
        if isJSON && flavour == .mySQL { return "CAST(\(name) AS CHAR)" }
        if isGeometry {
            let srid = "ST_SRID(\(name))"
            let bytes = [0, 8, 16, 24].map { "LPAD(HEX((\(srid) >> \($0)) & 255), 2, '0')" }.joined(separator: ", ")
            // As it is stored: by default MySQL swaps the axes of geographic ones.
            let order = flavour == .mySQL ? ", 'axis-order=long-lat'" : ""
            return "CONCAT(\(bytes), HEX(ST_AsWKB(\(name)\(order))))"
        }
        return charset == nil ? name : "CONVERT(\(name) USING utf8mb4)"
    }

    var isInteger: Bool {
        ["tinyint", "smallint", "mediumint", "int", "bigint", "bit", "year"].contains(dataType)
    }

    var isReal: Bool { ["float", "double"].contains(dataType) }

    var isBinary: Bool {
        ["binary", "varbinary", "tinyblob", "blob", "mediumblob", "longblob"].contains(dataType)
    }

    var isGeometry: Bool {
        ["geometry", "geometrycollection", "geomcollection"].contains(dataType)
            || ["point", "linestring", "polygon"].contains { dataType == $0 || dataType == "multi\($0)" }
    }

    var isVector: Bool { dataType == "vector" }

    /// The numbers of a vector, of which the server has 32 bits each, as an array.
    fileprivate static func vectorText(_ bytes: [UInt8]) -> [UInt8] {
        let numbers = stride(from: 0, to: bytes.count, by: 4).map { start in
            Float(bitPattern: bytes[start..<start + 4].reversed().reduce(0) { $0 << 8 | UInt32($1) })
        }
        return Array("[\(numbers.map { "\($0)" }.joined(separator: ","))]".utf8)
    }

    /// (-0 equals 0: docs/types.md.)
    private static func numbers(_ vector: [UInt8]) -> [Float?]? {
        let text = String(decoding: vector, as: UTF8.self)
        guard text.hasPrefix("["), text.hasSuffix("]") else { return nil }
        return text.dropFirst().dropLast().split(separator: ",", omittingEmptySubsequences: false).map {
            Float($0)
        }
    }

    /// Whether `text` says the same as `canonical`: numbers with a fraction by all their bits, all else by each byte.
    func isEqual(_ text: [UInt8]?, _ canonical: [UInt8]?) -> Bool {
        guard let text, let canonical else { return text == nil && canonical == nil }
        if isVector { return Self.numbers(text).map { !$0.contains(nil) && $0 == Self.numbers(canonical) } ?? false }
        guard isReal else { return text == canonical }
        guard let left = Double(String(decoding: text, as: UTF8.self)),
            let right = Double(String(decoding: canonical, as: UTF8.self))
        else { return false }
        // The server's is the FLOAT as a DOUBLE, ours the shortest text of the FLOAT.
        return dataType == "float" ? Float(left) == Float(right) : left == right
    }
}

enum Hex {
    static func digits(_ bytes: some Sequence<UInt8>) -> String {
        bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16, uppercase: true) }.joined()
    }

    static func bytes(_ digits: some Sequence<UInt8>) -> [UInt8] {
        func value(_ digit: UInt8) -> UInt8 { digit < 0x3A ? digit - 0x30 : (digit | 0x20) - 0x57 }
        var bytes: [UInt8] = []
        var high: UInt8?
        for digit in digits {
            if let first = high {
                bytes.append(first << 4 | value(digit))
                high = nil
            } else {
                high = value(digit)
            }
        }
        return bytes
    }
}

extension ServerColumn {
    /// The storage class that a SQLite column has which keeps all values of this one.
    var sqliteKind: Character {
        if isBinary || isGeometry { return "b" }
        if isReal { return "r" }
        if dataType == "bigint" && columnType.contains("unsigned") || dataType == "bit" && precision == 64 {
            return "t"
        }
        return isInteger ? "i" : "t"
    }

    /// Whether the JSON form of a value says the same as `canonical`.
    func isEqual(_ value: StrictJSON, _ canonical: [UInt8]?) -> Bool {
        guard let canonical else { return value == .null }
        if isJSON {
            // A document stands as it is; what is none is a string.
            return ((try? StrictJSON(canonical)) ?? .string(canonical)) == value
        }
        switch value {
        case .array(let numbers) where isVector:
            let digits = numbers.map { if case .number(let digits) = $0 { digits } else { "none" } }
            return isEqual(Array("[\(digits.joined(separator: ","))]".utf8), canonical)
        case .number(let digits): return (isInteger || isReal) && isEqual(Array(digits.utf8), canonical)
        case .string(let text) where isBinary:
            return Data(base64Encoded: Data(text)).map(Array.init) == canonical
        case .string(let text): return !isInteger && !isReal && !isGeometry && text == canonical
        case .object:
            guard isGeometry, value.members?.map(\.name) == ["srid", "wkb"], let srid = value["srid"]?.integer,
                let wkb = value["wkb"]?.text.flatMap({ Data(base64Encoded: $0) })
            else { return false }
            return (0..<4).map { UInt8(truncatingIfNeeded: srid >> (UInt64($0) * 8)) } + Array(wkb) == canonical
        default: return false
        }
    }

    /// The text of a key's value: a FLOAT's is not the server's.
    func keyText(_ canonical: [UInt8]) -> [UInt8] {
        guard dataType == "float" || dataType == "double" else { return canonical }
        let number = Double(String(decoding: canonical, as: UTF8.self)) ?? .nan
        if number == number.rounded(), abs(number) < 1e15 { return Array("\(Int64(number))".utf8) }
        return Array((dataType == "float" ? "\(Float(number))" : "\(number)").utf8)
    }

    /// A key's value as JSON.
    func jsonText(_ canonical: [UInt8]) -> String {
        let text = String(decoding: keyText(canonical), as: UTF8.self)
        return isInteger || isReal ? text : StrictJSON.quoted(text)
    }
}
