import Rows
import Testing

/// Vectors: `SELECT HEX(CONVERT('…' USING cs))` on MariaDB 10.11.
@Suite struct CharsetTests {
    private func utf8(_ bytes: String, _ collation: String) throws -> String {
        let collation = try #require(Collation(name: collation))
        return try plain(.bytes(hex(bytes)), .text(collation))
    }

    @Test func `collations know their name and character set`() {
        #expect(Collation.utf8mb4.name == "utf8mb4_general_ci")
        #expect(Collation.binary.charset == .binary)
        #expect(Collation(id: 8).charset == .latin1)
        #expect(Collation(id: 33).charset == .utf8mb3)
        #expect(Collation(id: 255).name == "utf8mb4_0900_ai_ci")
        #expect(Collation(id: 323).charset == .utf8mb4)
        #expect(Collation(id: 2304).name == "utf8mb4_uca1400_ai_ci")
        #expect(Collation(id: 2304).charset == .utf8mb4)
        #expect(Collation(name: "latin1_swedish_ci") == Collation(id: 8))
        #expect(Collation(name: "klingon_ci") == nil)
        for id in [UInt16(0), 17, 4000, .max] {
            #expect(Collation(id: id).name == nil)
            #expect(Collation(id: id).charset == nil)
        }
    }

    @Test func `every collation's name begins with its character set`() {
        for id in UInt16(1)...4000 {
            let collation = Collation(id: id)
            guard let name = collation.name else { continue }
            let charset = collation.charset?.name
            #expect(name == charset || name.hasPrefix((charset ?? "none") + "_"), "\(name)")
        }
    }

    @Test func `collations tell how they compare`() throws {
        let binary = try #require(Collation(name: "utf8mb4_bin"))
        #expect(binary.isBinary && !binary.isCaseInsensitive && binary.padsWithSpaces)
        let nopad = try #require(Collation(name: "utf8mb4_general_nopad_ci"))
        #expect(!nopad.isBinary && nopad.isCaseInsensitive && !nopad.padsWithSpaces)
        #expect(!Collation(id: 255).padsWithSpaces)
        #expect(Collation.binary.isBinary && !Collation.binary.padsWithSpaces)
        #expect(
            !Collation.unknown.isBinary && !Collation.unknown.isCaseInsensitive && !Collation.unknown.padsWithSpaces)
    }

    @Test func `UTF-8 is copied, ASCII and four-byte characters too`() throws {
        #expect(try utf8("", "utf8mb4_general_ci").isEmpty)
        #expect(try utf8("61 C3A9 E282AC F09F9880", "utf8mb4_general_ci") == "aé€😀")
        #expect(try utf8("61 C3A9", "utf8mb3_bin") == "aé")
        #expect(try utf8("617A7F00", "ascii_bin") == "az\u{7F}\0")
    }

    @Test(arguments: [
        ("41 C3", 1), ("FF", 0), ("4142 C080", 2), ("EDA080", 0), ("F4908080", 0), ("80", 0), ("6162 F09F98", 2),
    ])
    func `what is not UTF-8 is an error that says where`(bytes: String, offset: Int) {
        #expect(throws: ValueError.invalidBytes(charset: "UTF-8", offset: offset)) {
            try utf8(bytes, "utf8mb4_general_ci")
        }
        #expect(throws: ValueError.self) { try json(.bytes(hex(bytes)), .text(.utf8mb4)) }
        #expect(throws: ValueError.self) { try plain(.bytes(hex(bytes)), .json) }
    }

    @Test func `ASCII columns may hold other bytes, which are errors`() {
        #expect(throws: ValueError.invalidBytes(charset: "ascii", offset: 1)) { try utf8("61C3A9", "ascii_general_ci") }
    }

    @Test func `text of an unknown collation is UTF-8 where it is valid, else base64`() throws {
        #expect(try plain(.bytes(hex("61C3A9")), .text(.unknown)) == "aé")
        #expect(try plain(.bytes(hex("61E9")), .text(.unknown)) == "Yek=")
        #expect(try json(.bytes(hex("61E9")), .text(.unknown)) == "\"Yek=\"")
        #expect(throws: ValueError.unknownCollation(17)) { try plain(.text("a"), .text(Collation(id: 17))) }
    }

    @Test(arguments: [
        ("latin1_swedish_ci", "61E9805C", "aé€\\"), ("latin1_bin", "81", "\u{81}"),
        ("latin2_general_ci", "B1E6EA", "ąćę"),
        ("koi8r_general_ci", "C1C2D7", "абв"), ("cp1251_bin", "E0E1E2B8", "абвё"),
        ("greek_general_ci", "E1E2E3", "αβγ"),
        ("hebrew_general_ci", "E0E1", "אב"), ("tis620_thai_ci", "A1A2", "กข"), ("cp1256_general_ci", "C7C8", "اب"),
        ("macroman_general_ci", "8E", "é"), ("swe7_swedish_ci", "5B5C5D7B7C7D", "ÄÖÅäöå"), ("cp850_bin", "82", "é"),
        ("dec8_swedish_ci", "E9", "é"), ("hp8_english_ci", "C5", "é"), ("keybcs2_bin", "82", "é"),
        ("armscii8_bin", "B2B3", "Աա"), ("geostd8_bin", "C0", "ა"), ("latin5_bin", "F0FDFE", "ğış"),
        ("latin7_bin", "E0", "ą"), ("cp1250_bin", "9A", "š"), ("cp1257_bin", "E0", "ą"), ("cp852_bin", "A5", "ą"),
        ("cp866_bin", "A0", "а"), ("macce_bin", "88", "ą"), ("koi8u_bin", "A4", "є"),
    ])
    func `single-byte text converts by the server's tables`(collation: String, bytes: String, expected: String) throws {
        #expect(try utf8(bytes, collation) == expected)
    }

    @Test(arguments: [
        ("cp1257_bin", "6181", 1), ("greek_bin", "AE", 0), ("hebrew_bin", "A1", 0), ("tis620_bin", "FF", 0),
    ])
    func `a byte without meaning is an error`(collation: String, bytes: String, offset: Int) throws {
        let charset = try #require(Collation(name: collation)?.charset?.name)
        #expect(throws: ValueError.invalidBytes(charset: charset, offset: offset)) { try utf8(bytes, collation) }
    }

    @Test func `every byte of every single-byte character set converts or throws`() throws {
        for id in UInt16(1)...2000 {
            let collation = Collation(id: id)
            guard let charset = collation.charset, charset != .binary else { continue }
            for byte in UInt8.min ... .max {
                do throws(ValueError) {
                    let output = try Sample.bytes([byte]).plain(.text(collation))
                    #expect(!output.isEmpty)
                    #expect(String(validating: output, as: UTF8.self) != "\u{FFFD}")
                } catch {
                    #expect(
                        error
                            == .invalidBytes(
                                charset: charset.isUTF8 && charset != .ascii ? "UTF-8" : charset.name, offset: 0))
                }
            }
        }
    }

    @Test func `wide text converts, surrogate pairs too`() throws {
        #expect(try utf8("006100E920AC", "ucs2_general_ci") == "aé€")
        #expect(try utf8("0061D83DDE00", "utf16_general_ci") == "a😀")
        #expect(try utf8("61003DD800DE", "utf16le_general_ci") == "a😀")
        #expect(try utf8("000000610001F600", "utf32_general_ci") == "a😀")
        #expect(try utf8("", "utf32_general_ci").isEmpty)
    }

    @Test(arguments: [
        ("ucs2_bin", "0061D83D", 2), ("ucs2_bin", "D83DDE00", 0), ("ucs2_bin", "006100", 2), ("utf16_bin", "D83D", 0),
        ("utf16_bin", "DE00D83D", 0), ("utf16_bin", "D83D0061", 0), ("utf16_bin", "00", 0), ("utf16le_bin", "3DD8", 0),
        ("utf32_bin", "00110000", 0), ("utf32_bin", "0000D800", 0), ("utf32_bin", "000061", 0),
        ("utf32_bin", "FFFFFFFF", 0),
    ])
    func `lone surrogates and cut characters are errors`(collation: String, bytes: String, offset: Int) throws {
        let charset = try #require(Collation(name: collation)?.charset?.name)
        #expect(throws: ValueError.invalidBytes(charset: charset, offset: offset)) { try utf8(bytes, collation) }
    }

    @Test(arguments: [
        ("big5_chinese_ci", "61A4A4A4E55C", "a中文\\"), ("big5_bin", "A145", "•"), ("gbk_chinese_ci", "D6D0CEC4", "中文"),
        ("gb2312_chinese_ci", "D6D0A1A4", "中・"), ("sjis_japanese_ci", "93FA967BB1", "日本ｱ"),
        ("sjis_bin", "5C7E815F8160", "\\~\\〜"), ("cp932_japanese_ci", "93FA8160815F", "日～＼"),
        ("ujis_japanese_ci", "C6FCCBDC8EB18FB0A1", "日本ｱ丂"), ("eucjpms_japanese_ci", "C6FCA1C1", "日～"),
        ("euckr_korean_ci", "C7D1B1DBB0A2", "한글각"), ("euckr_bin", "8141", "갂"),
        ("gb18030_chinese_ci", "61D6D0CEC4A2E3", "a中文€"),
        ("gb18030_bin", "8130813081359F3695308335", "\u{80}\u{1AEC}😱"),
    ])
    func `multi-byte text converts as on the server`(collation: String, bytes: String, expected: String) throws {
        #expect(try utf8(bytes, collation) == expected)
    }

    @Test(arguments: [
        ("big5_bin", "61A4", 1), ("big5_bin", "A15A", 0), ("big5_bin", "80", 0), ("gbk_bin", "FEFE", 0),
        ("sjis_bin", "93", 0), ("sjis_bin", "8540", 0), ("ujis_bin", "8FB0", 0), ("ujis_bin", "8F41A1", 0),
        ("ujis_bin", "8F", 0), ("eucjpms_bin", "8FFEFF", 0), ("euckr_bin", "C9FF", 0), ("gb2312_bin", "8141", 0),
        ("gb18030_bin", "80", 0), ("gb18030_bin", "61FF", 1), ("gb18030_bin", "81", 0), ("gb18030_bin", "813081", 0),
        ("gb18030_bin", "81308030", 0), ("gb18030_bin", "E3329A36", 0), ("gb18030_bin", "FE39FE39", 0),
    ])
    func `sequences without meaning are errors`(collation: String, bytes: String, offset: Int) throws {
        let charset = try #require(Collation(name: collation)?.charset?.name)
        #expect(throws: ValueError.invalidBytes(charset: charset, offset: offset)) { try utf8(bytes, collation) }
    }

    @Test(arguments: [
        "big5_bin", "gbk_bin", "gb2312_bin", "sjis_bin", "cp932_bin", "ujis_bin", "eucjpms_bin", "euckr_bin",
        "gb18030_bin",
    ])
    func `any two or three bytes convert or throw`(name: String) throws {
        let collation = try #require(Collation(name: name))
        for first in UInt8(0x80)...0xFF {
            for second in stride(from: UInt8(0), through: 255, by: 5) {
                for bytes in [[first, second], [0x8F, first, second]] {
                    guard let output = try? Sample.bytes(bytes).plain(.text(collation)) else { continue }
                    #expect(String(validating: output, as: UTF8.self) != nil)
                }
            }
        }
    }

    @Test func `labels become strings by their collation`() throws {
        #expect(try Collation(id: 8).string(of: [0x61, 0xE9]) == "aé")
        #expect(try Collation(id: 2304).string(of: Array("é".utf8)) == "é")
        #expect(try Collation(id: 35).string(of: [0, 0x61]) == "a")
        #expect(try Collation.unknown.string(of: Array("é".utf8)) == "é")
        #expect(throws: ValueError.self) { try Collation.unknown.string(of: [0xE9]) }
        #expect(throws: ValueError.self) { try Collation.utf8mb4.string(of: [0xE9]) }
        #expect(throws: ValueError.unknownCollation(17)) { try Collation(id: 17).string(of: [0x61]) }
    }

    @Test func `bytes are no text`() throws {
        #expect(throws: ValueError.unsupportedCharset("binary")) { try plain(.text("a"), .text(.binary)) }
    }
}
