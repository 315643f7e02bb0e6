import MySQLClient
import Rows
import TestSupport
import Testing

@testable import Replicator

/// utf8mb4_0900_ai_ci, in which MySQL keeps text unless it is told otherwise, compared with a MySQL.
@Suite struct UnicodeCollationTests {
    private static let name = "utf8mb4_0900_ai_ci"
    private let connection: Connection
    private let rules: CollationRules

    init() throws {
        connection = try MySQLServer.shared().connect(database: "mysql")
        _ = try connection.execute("SET NAMES utf8mb4")
        let collation = try #require(Collation(name: Self.name))
        rules = try #require(CollationRules(collation))
    }

    @Test func `the order of all characters that Unicode 9 knows, and of those that it does not`() throws {
        try connection.execute("SET SESSION cte_max_recursion_depth = 2000000")
        let sorted = try connection.query(
            """
            WITH RECURSIVE s(n) AS (SELECT 0 UNION ALL SELECT n + 1 FROM s WHERE n < 0x2FFFF)
            SELECT n, RANK() OVER (ORDER BY c) AS place FROM (SELECT n, CONVERT(CONVERT(UNHEX(LPAD(HEX(n), 8, '0'))
            USING utf32) USING utf8mb4) COLLATE \(Self.name) AS c FROM s WHERE n < 55296 OR n > 57343) AS t
            ORDER BY place, n
            """)
        #expect(sorted.rows.count == 0x30000 - 2048)
        var previous: (text: [UInt8], place: String?) = ([], nil)
        var wrong: [UInt32] = []
        for row in sorted.rows.indices {
            let character = try #require(sorted.text(row, 0).flatMap { UInt32($0) })
            var text: [UInt8] = []
            UTF8Character.append(character, to: &text)
            let place = sorted.text(row, 1)
            let isEqual = place == previous.place
            if row > 0, rules.compare(previous.text.span, text.span).signum() != (isEqual ? 0 : -1) {
                wrong.append(character)
            }
            previous = (text, place)
        }
        #expect(wrong.isEmpty, "\(wrong.prefix(20).map { String($0, radix: 16) })")
    }

    /// Characters that the algorithm could take together: letters and marks, Hangul, vowels that stand before their
    /// consonant, ideographs, spaces and what has no weight.
    private static let alphabet: [UInt32] = Array(
        [
            0x20...0x7E, 0xC0...0xFF, 0x300...0x345, 0x410...0x44F, 0x5D0...0x5EA, 0xE40...0xE44, 0xE01...0xE08,
            0xF71...0xF81, 0xFB2...0xFB3, 0x1100...0x1112, 0x1161...0x1175, 0x11A8...0x11C2, 0xAC00...0xAC40,
            0x4E00...0x4E08, 0x3042...0x304F, 0x30A2...0x30AF, 0x1F600...0x1F603, 0x2000...0x200F, 0...8,
            0x17000...0x17004, 0xFB00...0xFB06, 0x3220...0x3224, 0x326E...0x3272, 0xA980...0xA984, 0x1D160...0x1D164,
        ].joined())

    @Test func `texts compare, and match patterns, as the server has it`() throws {
        var random = SeededRandom("texts of \(Self.name)")
        func text(_ count: Int) -> [UInt8] {
            var text: [UInt8] = []
            for _ in 0..<count {
                // Often from the letters alone, so that equal texts come up.
                let isLetter = Int.random(in: 0..<3, using: &random) > 0
                let character =
                    isLetter
                    ? [0x61, 0x41, 0xE1, 0x62, 0x301, 0x20].randomElement(using: &random)
                    : Self.alphabet.randomElement(using: &random)
                UTF8Character.append(character ?? 0, to: &text)
            }
            return text
        }
        let pairs = (0..<4000).map { index in
            let first = text(Int.random(in: 0...4, using: &random))
            var second = text(Int.random(in: 0...3, using: &random))
            if index % 2 == 0 { second = first + second }
            if index % 3 == 0 {
                second += Array(["%", "_", "\\%", "%a", "_%"].randomElement(using: &random)?.utf8 ?? "".utf8)
            }
            return (first, second)
        }
        let like = LikeRules(rules, escape: 0x5C)
        for start in stride(from: 0, to: pairs.count, by: 500) {
            let part = pairs[start..<start + 500]
            let literals = part.map { "SELECT x'\(hex($0.0))' AS a, x'\(hex($0.1))' AS b" }.joined(
                separator: " UNION ALL ")
            let answers = try connection.query(
                """
                SELECT STRCMP(a, b), a LIKE b FROM (SELECT CONVERT(a USING utf8mb4) COLLATE \(Self.name) AS a,
                CONVERT(b USING utf8mb4) COLLATE \(Self.name) AS b FROM (\(literals)) AS s) AS t
                """)
            #expect(answers.rows.count == part.count)
            for (row, (left, right)) in zip(answers.rows.indices, part) {
                let order = "\(rules.compare(left.span, right.span).signum())"
                #expect(order == answers.text(row, 0), "\(hex(left)) and \(hex(right))")
                let matches = LikePattern(right.span, like).matches(left.span) ? "1" : "0"
                #expect(matches == answers.text(row, 1), "\(hex(left)) LIKE \(hex(right))")
            }
        }
    }

    @Test(arguments: ["utf8mb4_0900_ai_ci", "utf8mb4_0900_as_cs", "utf8mb4_0900_bin", "utf8mb4_ja_0900_as_cs_ks"])
    func `upper and lower case of every character`(name: String) throws {
        let collation = try #require(Collation(name: name))
        try connection.execute("SET SESSION cte_max_recursion_depth = 2000000")
        for wanted in [CaseMapping.Case.upper, .lower] {
            let mapping = try #require(CaseMapping(to: wanted, in: collation))
            // With room behind it for a case that takes more bytes.
            let answers = try connection.query(
                """
                WITH RECURSIVE s(n) AS (SELECT 0 UNION ALL SELECT n + 1 FROM s WHERE n < 0x1FFFF)
                SELECT n, CAST(\(wanted)(CONCAT(CONVERT(CONVERT(UNHEX(LPAD(HEX(n), 8, '0')) USING utf32) USING utf8mb4)
                COLLATE \(name), '   ')) AS BINARY) FROM s WHERE n < 55296 OR n > 57343
                """)
            #expect(answers.rows.count == 0x20000 - 2048)
            var wrong: [UInt32] = []
            var (text, ours): ([UInt8], [UInt8]) = ([], [])
            for row in answers.rows.indices {
                let character = try #require(answers.text(row, 0).flatMap { UInt32($0) })
                text.removeAll(keepingCapacity: true)
                UTF8Character.append(character, to: &text)
                text += [0x20, 0x20, 0x20]
                ours.removeAll(keepingCapacity: true)
                mapping.append(text.span, to: &ours)
                if ours != answers.rows[row][1] { wrong.append(character) }
            }
            #expect(wrong.isEmpty, "\(wanted): \(wrong.prefix(20).map { String($0, radix: 16) })")
        }
    }

    @Test func `the other case of texts whose characters grow and shrink`() throws {
        var random = SeededRandom("case in \(Self.name)")
        let collation = try #require(Collation(name: Self.name))
        for wanted in [CaseMapping.Case.upper, .lower] {
            let mapping = try #require(CaseMapping(to: wanted, in: collation))
            for _ in 0..<300 {
                var text: [UInt8] = []
                for _ in 0..<Int.random(in: 1...6, using: &random) {
                    let some: [UInt32] = [
                        0x61, 0x41, 0xE9, 0xDF, 0x23F, 0x23A, 0x2C65, 0x2C7E, 0x1E9E, 0x69, 0x131, 0x1F600,
                    ]
                    UTF8Character.append(some.randomElement(using: &random) ?? 0x61, to: &text)
                }
                var ours: [UInt8] = []
                mapping.append(text.span, to: &ours)
                let query = "SELECT CAST(\(wanted)(CONVERT(x'\(hex(text))' USING utf8mb4)) AS BINARY)"
                #expect(ours == (try connection.query(query).rows[0][0]), "\(wanted) of \(hex(text))")
            }
        }
    }

    private func hex(_ bytes: [UInt8]) -> String {
        bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
    }
}
