import MySQLClient
import Rows
import TestSupport
import Testing

@testable import Replicator

/// UPPER and LOWER of every character there is, in every collation whose tables we have, compared with a server.
@Suite(.serialized) struct CaseMappingTests {
    /// One collation of each table for all characters, and in part of them one of each language.
    private static let unicode = [
        "utf8mb4_general_ci", "utf8mb4_bin", "utf8mb4_unicode_ci", "utf8mb4_turkish_ci", "utf8mb4_unicode_520_ci",
        "utf8mb4_thai_520_w2", "utf8mb4_myanmar_ci", "utf8mb4_uca1400_ai_ci", "utf8mb4_uca1400_turkish_as_cs",
        "utf8mb4_uca1400_swedish_nopad_as_ci", "utf8mb3_general_ci", "utf8mb3_uca1400_ai_ci",
        "utf8mb3_unicode_520_ci", "utf8mb3_turkish_ci", "utf8mb3_general_mysql500_ci",
    ]

    @Test(arguments: unicode)
    func `every character of Unicode`(collation: String) throws {
        let connection = try MariaDBServer.shared().connect(database: "mysql")
        _ = try connection.execute("SET NAMES utf8mb4")
        let last: UInt32 = collation.hasPrefix("utf8mb3") ? 0xFFFF : 0x10FFFF
        for start in stride(from: 0, through: last, by: 0x1000) {
            var text: [UInt8] = []
            for character in start...min(start + 0xFFF, last) where !(0xD800...0xDFFF).contains(character) {
                UTF8Character.append(character, to: &text)
            }
            try check(text, collation, connection)
        }
    }

    @Test func `every byte of each character set of one byte`() throws {
        let connection = try MariaDBServer.shared().connect(database: "mysql")
        let names = try connection.query("SELECT collation_name FROM information_schema.collations").rows
            .compactMap { $0[0].map { String(decoding: $0, as: UTF8.self) } }
        var count = 0
        for name in names {
            guard let collation = Collation(name: name), let charset = collation.charset,
                SingleByteCharset.isOne(charset)
            else { continue }
            if name.hasSuffix("_czech_cs") {
                #expect(CaseMapping(to: .upper, in: collation) == nil)
                continue
            }
            count += 1
            try check((0...255).map { UInt8($0) }, name, connection)
        }
        #expect(count > 100)
    }

    private func check(_ text: [UInt8], _ name: String, _ connection: Connection) throws {
        let collation = try #require(Collation(name: name))
        let charset = try #require(collation.charset?.name)
        for wanted in [CaseMapping.Case.upper, .lower] {
            let mapping = try #require(CaseMapping(to: wanted, in: collation))
            var ours: [UInt8] = []
            mapping.append(text.span, to: &ours)
            let hexadecimal = text.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
            let query = "SELECT CAST(\(wanted)(CONVERT(x'\(hexadecimal)' USING \(charset)) COLLATE \(name)) AS BINARY)"
            let theirs = try connection.query(query).rows[0][0]
            #expect(ours == theirs, "\(wanted) in \(name) from \(text.prefix(4))")
        }
    }

    @Test func `collations without our tables are refused`() {
        for name in ["utf8mb4_tr_0900_ai_ci", "utf8mb3_tolower_ci", "gbk_chinese_ci"] {
            #expect(Collation(name: name).map { CaseMapping(to: .lower, in: $0) == nil } == true)
        }
    }

    @Test func `text behind a byte that is no UTF-8 is dropped, as by the server`() throws {
        let mapping = try #require(CaseMapping(to: .upper, in: .utf8mb4))
        for bytes: [UInt8] in [[0xFF], [0xC3], [0xC3, 0x28], [0xE0, 0x80, 0x80], [0xF5, 0x80, 0x80, 0x80], [0x80]] {
            var output: [UInt8] = []
            mapping.append((Array("aé".utf8) + bytes + Array("b".utf8)).span, to: &output)
            #expect(output == Array("AÉ".utf8))
        }
    }
}
