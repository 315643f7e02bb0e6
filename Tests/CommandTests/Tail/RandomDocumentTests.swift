import Foundation
import MySQLClient
import TestSupport
import Testing

/// MySQL's binary JSON: thousands of random documents print byte for byte as the server's `CAST(j AS CHAR)`.
@Suite struct RandomDocumentTests {
    @Test(arguments: [false, true])
    func `documents print as the server prints them`(isCompressed: Bool) throws {
        let server = try MySQLServer.shared()
        let session = try server.connect()
        let database = try server.makeDatabase("documents")
        try session.execute("USE \(database)")
        try session.execute("SET NAMES utf8mb4, sql_mode = '', time_zone = '+00:00'")
        try session.execute("SET SESSION binlog_transaction_compression = \(isCompressed ? "ON" : "OFF")")
        try session.execute("CREATE TABLE t (n INT PRIMARY KEY, j JSON)")
        let start = try server.binlogEnd()
        var documents = RandomDocuments(seed: isCompressed ? 2 : 1, session)
        var count = 0
        for _ in 0..<40 {
            let rows = (0..<50).map { _ -> String in
                count += 1
                return "(\(count), \(documents.next()))"
            }
            try session.execute("INSERT INTO t VALUES \(rows.joined(separator: ", "))")
        }
        // The large format: offsets of four bytes.
        try session.execute(
            "INSERT INTO t SELECT n + 100000, JSON_ARRAY(j, REPEAT('long ', 14000), j) FROM t WHERE n <= 60")
        let tail = try TailOutput([
            server.url, "--tables", "\(database).t", "--start", "\(start.file):\(start.offset)", "--until", "latest",
        ])
        #expect(tail.end == .exited(0) && tail.errors == "", "\(tail.errors)")
        let rows = try session.query("SELECT CAST(j AS CHAR) FROM t ORDER BY n").rows
        #expect(rows.count == count + 60)
        try #require(tail.lines.count == rows.count)
        for (line, row) in zip(tail.lines, rows) {
            let text = Data("\"j\":".utf8) + (row[0] ?? Array("null".utf8)) + Data("},\"commit_time\"".utf8)
            #expect(
                line.text.range(of: text) != nil, "\(line.place): \(String(decoding: text.prefix(500), as: UTF8.self))")
        }
    }
}

/// SQL expressions of random JSON documents, with values that JSON text cannot have.
private struct RandomDocuments {
    private var random: SeededRandom
    private let session: Connection

    init(seed: UInt64, _ session: Connection) {
        random = SeededRandom(seed: seed)
        self.session = session
    }

    mutating func next() -> String {
        if Int.random(in: 0..<50, using: &random) == 0 { return deep() }
        // An SQL value becomes a document as it is only inside another.
        return "JSON_EXTRACT(JSON_ARRAY(\(value(depth: Int.random(in: 0...4, using: &random)))), '$[0]')"
    }

    private mutating func value(depth: Int) -> String {
        let isLeaf = depth == 0 || Int.random(in: 0..<4, using: &random) == 0
        if isLeaf { return scalar() }
        let count = Int.random(in: 0...6, using: &random)
        if Bool.random(using: &random) {
            return "JSON_ARRAY(\((0..<count).map { _ in value(depth: depth - 1) }.joined(separator: ", ")))"
        }
        let members = (0..<count).map { _ in "\(session.literal(text())), \(value(depth: depth - 1))" }
        return "JSON_OBJECT(\(members.joined(separator: ", ")))"
    }

    /// Nearly as deep as the server allows, which is 100.
    private mutating func deep() -> String {
        let count = Int.random(in: 80...97, using: &random)
        let kinds = (0..<count).map { _ in Bool.random(using: &random) }
        let open = kinds.map { $0 ? "[" : "{\"k\":" }.joined()
        let close = kinds.reversed().map { $0 ? "]" : "}" }.joined()
        return "CAST('\(open)1\(close)' AS JSON)"
    }

    private mutating func scalar() -> String {
        switch Int.random(in: 0..<14, using: &random) {
        case 0:
            return ["NULL", "CAST('true' AS JSON)", "CAST('false' AS JSON)"].randomElement(using: &random) ?? "NULL"
        case 1: return "\(Int16.random(in: .min ... .max, using: &random))"
        case 2: return "\(Int32.random(in: .min ... .max, using: &random))"
        case 3: return "CAST('\(Int64.random(in: .min ... .max, using: &random))' AS JSON)"
        case 4: return "\(UInt64.random(in: 0 ... .max, using: &random))"
        case 5: return "CAST('\(double())' AS JSON)"
        case 6:
            let scale = Int.random(in: 0...30, using: &random)
            let digits = (0..<Int.random(in: 1...35, using: &random)).map { _ in
                String(Int.random(in: 0...9, using: &random))
            }
            let sign = Bool.random(using: &random) ? "-" : ""
            return "CAST('\(sign)\(digits.joined()).\(digits.reversed().joined())' AS DECIMAL(65,\(scale)))"
        case 7: return "CAST('\(date()) \(time()).\(fraction())' AS DATETIME(\(Int.random(in: 0...6, using: &random))))"
        case 8:
            let hours = Int.random(in: -838...838, using: &random)
            return
                "CAST('\(hours):\(sixty()):\(sixty()).\(fraction())' AS TIME(\(Int.random(in: 0...6, using: &random))))"
        case 9: return "CAST('\(date())' AS DATE)"
        case 10:
            let bytes = (0..<Int.random(in: 0...20, using: &random)).map { _ in
                UInt8.random(in: 0 ... .max, using: &random)
            }
            return "CAST(x'\(Hex.digits(bytes))' AS BINARY)"
        case 11: return "REPEAT(\(session.literal(text())), \(Int.random(in: 10...80, using: &random)))"
        default: return session.literal(text())
        }
    }

    /// Any number that there is, and often one that is near to a whole one.
    private mutating func double() -> String {
        switch Int.random(in: 0..<4, using: &random) {
        case 0:
            let value = Double(bitPattern: .random(in: 0 ... .max, using: &random))
            return value.isFinite ? "\(value)" : "1.7976931348623157e308"
        case 1: return "\(Double.random(in: -1e6...1e6, using: &random))"
        case 2:
            return "\(Int.random(in: -99...99, using: &random))e\(Int.random(in: -30...30, using: &random))"
        default:
            return ["-0.0", "0.1", "5e-324", "1e15", "1e16", "123456789012345680", "1e21"].randomElement(using: &random)
                ?? "0.5"
        }
    }

    private mutating func text() -> String {
        let parts = [
            "a", "Z", " ", "\"", "\\", "/", "\n", "\t", "\r", "\u{8}", "\u{C}", "\u{1}", "\u{1F}", "\u{7F}", "\0", "é",
            "€",
            "日本", "😀", "\u{2028}", "key", "0", "'", "%", "$", "[", "{", ",", ":",
        ]
        return (0..<Int.random(in: 0...8, using: &random)).map { _ in parts.randomElement(using: &random) ?? "" }
            .joined()
    }

    private mutating func sixty() -> String { String(format: "%02d", Int.random(in: 0..<60, using: &random)) }
    private mutating func time() -> String {
        String(format: "%02d:", Int.random(in: 0..<24, using: &random)) + sixty() + ":" + sixty()
    }
    private mutating func fraction() -> String { String(format: "%06d", Int.random(in: 0..<1_000_000, using: &random)) }
    private mutating func date() -> String {
        String(
            format: "%04d-%02d-%02d", Int.random(in: 0...9999, using: &random), Int.random(in: 1...12, using: &random),
            Int.random(in: 1...28, using: &random))
    }
}
