import Testing

extension DifferentialTests {
    /// Refusals of texts whose collations do not go together; the server refuses them too.
    private static func isUnmixable(_ message: String) -> Bool {
        message.hasPrefix("these texts have collations") || message.hasPrefix("this text cannot be converted to")
    }

    @Test func `CONCAT of each pair of types`() throws {
        var expressions = Self.names.flatMap { left in Self.names.map { "CONCAT(a_\(left), b_\($0))" } }
        expressions += Self.names.map { "CONCAT(a_\($0))" }
        try check(expressions, refused: Self.isUnmixable)
    }

    @Test func `CONCAT with constants and of many`() throws {
        let constants = ["'x'", "'é😀'", "''", "NULL", "1", "-1.50", "1e20", "x'41'", "0x42", "TRUE", "b'1'", "'ж'"]
        var expressions = constants.map { "CONCAT(\($0))" }
        for constant in constants {
            expressions += Self.names.map { "CONCAT(a_\($0), \(constant))" }
            expressions += Self.names.map { "CONCAT(\(constant), '-', a_\($0), '😀')" }
        }
        expressions += [
            "CONCAT(a_v, CONCAT(a_vb, CONCAT(a_i, 'x'), NULL))", "CONCAT(CONCAT(a_v, ''), CONCAT(a_i, 1.5))",
            "CONCAT(a_l, CONCAT(a_l, 'é'))", "CONCAT('1', '2') + 1", "CONCAT('1', '2') DIV 1", "CONCAT(a_i, 1) * 2",
            "CONCAT(a_i + b_i, ' ', a_v)", "CONCAT(NULL, a_b + b_b)", "CONCAT(a_v, a_vb, a_v3, a_as, a_e)",
            "CONCAT(a_i, a_d, a_l)", "CONCAT(a_i, a_d, a_as)", "CONCAT(NULL, NULL)",
        ]
        try check(expressions, refused: Self.isUnmixable)
    }

    @Test func `SUBSTRING of each type`() throws {
        try check(
            Self.names.flatMap { name in
                [
                    "SUBSTRING(a_\(name), 2)", "SUBSTR(a_\(name) FROM -3)", "MID(a_\(name), 2, 3)",
                    "SUBSTRING(a_\(name) FROM 1 FOR 2)", "SUBSTRING(a_v, a_\(name))", "SUBSTRING(a_v, 1, a_\(name))",
                ]
            })
    }

    @Test func `SUBSTRING at all positions`() throws {
        let positions = [
            "0", "1", "2", "3", "4", "5", "-1", "-2", "-4", "-5", "NULL", "'2'", "'x'", "1.5", "-0.5", "2.4e0", "0x02",
            "2147483647", "2147483648", "-2147483648", "-2147483649", "9223372036854775807", "-9223372036854775808",
            "9223372036854775808", "18446744073709551615", "4294967297", "99999999999999999999", "TRUE", "a_b", "a_bu",
        ]
        var expressions: [String] = []
        for start in positions {
            expressions += ["'aé😀z'", "a_v", "a_l", "a_bi", "''"].map { "SUBSTRING(\($0), \(start))" }
            for count in positions {
                expressions += ["'aé😀z'", "a_vb", "x'00FF41'"].map { "SUBSTRING(\($0), \(start), \(count))" }
            }
        }
        try check(expressions)
    }

    @Test func `UPPER and LOWER`() throws {
        var expressions = Self.names.flatMap {
            ["UPPER(a_\($0))", "LOWER(a_\($0))", "UCASE(CONCAT(a_\($0), 'z'))", "LCASE(SUBSTR(a_\($0), 2))"]
        }
        for literal in ["'aß İiIı ÿŸ ǅ ﬁ ά 😀 𐐨'", "x'61'", "NULL", "1e100", "TRUE", "0x61", "''"] {
            expressions += ["UPPER(\(literal))", "LOWER(\(literal))", "UPPER(CONCAT(\(literal), a_i))"]
        }
        for collation in [
            "unicode_ci", "bin", "turkish_ci", "unicode_520_ci", "uca1400_ai_ci", "uca1400_turkish_as_cs",
        ] {
            expressions += [
                "UPPER('iIıİ ⱥ ɐ 𐓘' COLLATE utf8mb4_\(collation))",
                "LOWER('iIıİ Ⱥ ẞ Ⱡ 𐒰' COLLATE utf8mb4_\(collation))",
                "UPPER(a_v COLLATE utf8mb4_\(collation))", "LOWER(CONCAT(a_v3, 'I' COLLATE utf8mb4_\(collation)))",
            ]
        }
        try check(expressions, refused: Self.isUnmixable)
    }
}
