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

    @Test(arguments: [ServerKind.mariaDB, .mySQL])
    func `every character set of the server is compared below, or is UTF-8, or bytes`(_ kind: ServerKind) throws {
        let compared = Self.singleByte + Self.multiByte + ["gb18030", "ucs2", "utf16", "utf16le", "utf32"]
        let rows = try kind.shared().query("SELECT character_set_name FROM information_schema.character_sets")
        #expect(rows.count > 30)
        for row in rows {
            let name = try #require(row[0])
            #expect(compared.contains(name) || ["ascii", "binary", "utf8mb3", "utf8mb4"].contains(name), "\(name)")
        }
    }

    private static let singleByte = [
        "armscii8", "cp1250", "cp1251", "cp1256", "cp1257", "cp850", "cp852", "cp866", "dec8", "geostd8", "greek",
        "hebrew", "hp8", "keybcs2", "koi8r", "koi8u", "latin1", "latin2", "latin5", "latin7", "macce", "macroman",
        "swe7",
        "tis620",
    ]
    private static let multiByte = ["big5", "cp932", "eucjpms", "euckr", "gb2312", "gbk", "sjis", "ujis"]

    @Test(arguments: [ServerKind.mariaDB, .mySQL], singleByte + ["ascii"])
    func `every byte of a single-byte character set means what it means to the server`(
        _ kind: ServerKind, charset: String
    ) throws {
        try compare(charset, kind, first: 0, last: 0xFF, digits: 2)
    }

    @Test(arguments: [ServerKind.mariaDB, .mySQL], multiByte)
    func `every sequence of a multi-byte character set means what it means to the server`(
        _ kind: ServerKind, charset: String
    ) throws {
        try compare(charset, kind, first: 0, last: 0xFF, digits: 2)
        try compare(charset, kind, first: 0x8000, last: 0xFFFF, digits: 4)
        if charset == "ujis" || charset == "eucjpms" {
            try compare(charset, kind, first: 0x8F_8000, last: 0x8F_FFFF, digits: 6)
        }
    }

    @Test func `every sequence of gb18030 means what it means to the server`() throws {
        try compare("gb18030", .mySQL, first: 0, last: 0xFF, digits: 2)
        try compare("gb18030", .mySQL, first: 0x8000, last: 0xFFFF, digits: 4)
        // Four bytes, the second and fourth of which are digits, in order.
        let bytes =
            "HEX(CHAR(129 + seq DIV 12600, 48 + seq DIV 1260 MOD 10, 129 + seq DIV 10 MOD 126, 48 + seq MOD 10))"
        try compare("gb18030", .mySQL, bytes, first: 0, last: 40_000)
        // Where U+10000 and where U+10FFFF is.
        try compare("gb18030", .mySQL, bytes, first: 188_500, last: 190_500)
        try compare("gb18030", .mySQL, bytes, first: 1_237_000, last: 1_238_000)
        // What is near to those.
        try compare("gb18030", .mySQL, first: 0x8130_812F, last: 0x8130_82FF, digits: 8)
        try compare("gb18030", .mySQL, first: 0x8239_FE2E, last: 0x8239_FF3A, digits: 8)
    }

    @Test(arguments: [ServerKind.mariaDB, .mySQL])
    func `numbers and surrogates mean in ucs2, utf16 and utf32 what it means to the server`(_ kind: ServerKind) throws {
        try compare("ucs2", kind, first: 0, last: 0xFFFF, digits: 4)
        try compare("utf16", kind, first: 0xD000, last: 0xFFFF, digits: 4)
        try compare("utf16le", kind, first: 0xD000, last: 0xFFFF, digits: 4)
        try compare("utf32", kind, first: 0xD000, last: 0xFFFF, digits: 8)
        try compare("utf16", kind, first: 0xD83D_D000, last: 0xD83D_EFFF, digits: 8)
        try compare("utf32", kind, first: 0x10_F000, last: 0x11_0FFF, digits: 8)
    }

    /// Compares the text of each sequence of bytes from the number `first` to `last`.
    private func compare(_ charset: String, _ kind: ServerKind, first: Int, last: Int, digits: Int) throws {
        try compare(charset, kind, "LPAD(HEX(seq), \(digits), '0')", first: first, last: last)
    }

    /// Compares the text of what the expression `bytes` makes, in hexadecimal, of each `seq` with the server's. Where the
    /// server has `?` for it, U+FFFD, a lone surrogate, or nothing (MySQL: NULL, or no text), we must have none.
    private func compare(_ charset: String, _ kind: ServerKind, _ bytes: String, first: Int, last: Int) throws {
        // MySQL takes the hint, MariaDB the statement.
        let rows = try kind.shared().query(
            """
            \(kind == .mariaDB ? "SET STATEMENT max_recursive_iterations = 100000 FOR" : "")
            WITH RECURSIVE numbers(seq) AS (SELECT \(first) UNION ALL SELECT seq + 1 FROM numbers WHERE seq < \(last))
            SELECT /*+ SET_VAR(cte_max_recursion_depth = 100000) */
                \(bytes), HEX(CONVERT(CONVERT(UNHEX(\(bytes)) USING \(charset)) USING utf8mb4)) FROM numbers
            """)
        try #require(rows.count == last - first + 1)
        let collation = try #require(Collation(name: charset + "_bin"))
        let question = hex("3F")
        for row in rows {
            let bytes = hex(row[0] ?? "")
            let ours = try? Sample.bytes(bytes).plain(.text(collation))
            let theirs = row[1].map(hex)
            if let ours {
                #expect(ours == theirs, "\(charset) \(bytes)")
            } else if let theirs, !theirs.isEmpty {
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
