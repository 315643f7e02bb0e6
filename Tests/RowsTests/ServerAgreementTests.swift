import Rows
import TestSupport
import Testing

/// What we print against what a real server prints, over everything that there is.
@Suite struct ServerAgreementTests {
    @Test func `every collation of the server has its number, name and character set here`() throws {
        let rows = try MariaDBServer.shared().query(
            """
            SELECT id, full_collation_name, character_set_name
            FROM information_schema.collation_character_set_applicability
            """)
        #expect(rows.count > 1000)
        for row in rows {
            let collation = Collation(id: try #require(row[0].flatMap { UInt16($0) }))
            #expect(collation.name == row[1])
            #expect(collation.charset?.name == row[2])
        }
    }

    @Test(arguments: [
        "armscii8", "ascii", "cp1250", "cp1251", "cp1256", "cp1257", "cp850", "cp852", "cp866", "dec8", "geostd8",
        "greek",
        "hebrew", "hp8", "keybcs2", "koi8r", "koi8u", "latin1", "latin2", "latin5", "latin7", "macce", "macroman",
        "swe7",
        "tis620",
    ])
    func `every byte of a single-byte character set means what it means to the server`(charset: String) throws {
        try compare(charset, first: 0, last: 0xFF, digits: 2)
    }

    @Test(arguments: ["big5", "cp932", "eucjpms", "euckr", "gb2312", "gbk", "sjis", "ujis"])
    func `every sequence of a multi-byte character set means what it means to the server`(charset: String) throws {
        try compare(charset, first: 0, last: 0xFF, digits: 2)
        try compare(charset, first: 0x8000, last: 0xFFFF, digits: 4)
        if charset == "ujis" || charset == "eucjpms" {
            try compare(charset, first: 0x8F_8000, last: 0x8F_FFFF, digits: 6)
        }
    }

    @Test func `numbers and surrogates mean in ucs2, utf16 and utf32 what it means to the server`() throws {
        try compare("ucs2", first: 0, last: 0xFFFF, digits: 4)
        try compare("utf16", first: 0xD000, last: 0xFFFF, digits: 4)
        try compare("utf16le", first: 0xD000, last: 0xFFFF, digits: 4)
        try compare("utf32", first: 0xD000, last: 0xFFFF, digits: 8)
        try compare("utf16", first: 0xD83D_D000, last: 0xD83D_EFFF, digits: 8)
        try compare("utf32", first: 0x10_F000, last: 0x11_0FFF, digits: 8)
    }

    /// Compares the text of each sequence of bytes from `first` to `last` with the server's. Where the server has `?`
    /// for it, U+FFFD, or a lone surrogate, we must have none.
    private func compare(_ charset: String, first: Int, last: Int, digits: Int) throws {
        let number = "LPAD(HEX(\(first) + seq), \(digits), '0')"
        let rows = try MariaDBServer.shared().query(
            """
            SET STATEMENT max_recursive_iterations = 100000 FOR
            WITH RECURSIVE numbers(seq) AS (SELECT 0 UNION ALL SELECT seq + 1 FROM numbers WHERE seq < \(last - first))
            SELECT \(number), HEX(CONVERT(CONVERT(UNHEX(\(number)) USING \(charset)) USING utf8mb4)) FROM numbers
            """)
        try #require(rows.count == last - first + 1)
        let collation = try #require(Collation(name: charset + "_bin"))
        let question = hex("3F")
        for row in rows {
            let bytes = hex(row[0] ?? "")
            let theirs = row[1].map(hex) ?? []
            let ours = try? Sample.bytes(bytes).plain(.text(collation))
            if let ours {
                #expect(ours == theirs, "\(charset) \(bytes)")
            } else {
                let isText = String(validating: theirs, as: UTF8.self).map { !$0.unicodeScalars.contains("\u{FFFD}") }
                #expect(isText != true || theirs.contains(question[0]), "\(charset) \(bytes): \(theirs)")
            }
        }
    }

    @Test func `INET6 prints as on the server`() throws {
        var random = SeededRandom(seed: 20)
        let addresses = (0..<2000).map { _ in
            // Groups that are zero, small, or ffff as often as not: the forms differ by those.
            (0..<8).flatMap { _ -> [UInt8] in
                switch UInt8.random(in: 0..<5, using: &random) {
                case 0, 1, 2: [0, 0]
                case 3: [0xFF, 0xFF]
                default: [.random(in: 0...1, using: &random), .random(in: 0...255, using: &random)]
                }
            }
        }
        for start in stride(from: 0, to: addresses.count, by: 200) {
            let part = addresses[start..<start + 200]
            let selects = part.map { address in
                "SELECT CAST(X'" + address.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined() + "' AS INET6)"
            }
            let rows = try MariaDBServer.shared().query(selects.joined(separator: " UNION ALL "))
            try #require(rows.count == part.count)
            for (address, row) in zip(part, rows) {
                #expect(try plain(.bytes(address), .inet6) == row[0])
            }
        }
    }
}
