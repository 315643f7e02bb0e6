import Testing

extension DifferentialTests {
    private static func isRefused(_ message: String) -> Bool {
        message.hasPrefix("these texts have collations") || message.hasPrefix("this text cannot be converted to")
            || message.hasPrefix("comparison in the collation cp1251_general_ci")
    }

    private static let patterns = [
        "''", "'%'", "'_'", "'%%'", "'__'", "'a'", "'A%'", "'%A'", "'a_'", "'_%_'", "'%é%'", "'É'", "'%\\\\%%'",
        "'a\\\\_b'", "'\\\\'", "'a\\\\'", "'%\\\\'", "'\\\\%'", "'%_😀'", "'😁'", "'%b_c'", "'%a%b%'", "'%_%c'", "'ß'",
        "'s_'", "' %'", "'a '", "'%12%'", "'%long%te%'", "'__ng%'", "'%%\\\\a%'", "'ſ%'", "'%K'", "'e\u{301}'",
        "'%xt  '", "NULL", "1", "1.5", "x'41'", "x'25'", "'%-02-%'", "'24:00%'", "'%abc%'", "'%text%'",
    ]

    @Test func `LIKE of each type`() throws {
        try check(
            Self.names.flatMap { name in
                Self.patterns.map { "a_\(name) LIKE \($0)" }
                    + [
                        "a_\(name) NOT LIKE b_\(name)", "'12%' LIKE a_\(name)",
                        "a_\(name) LIKE CONCAT('%', b_\(name), '%')",
                    ]
            }, refused: Self.isRefused)
    }

    @Test func `LIKE in each collation`() throws {
        let texts = [
            "'a%b_c'", "'ab'", "'Äx😀y'", "'ääää'", "'a_'", "'a__b'", "'_a%'", "'aaab'", "'mississippi'", "''",
            "'é!%'", "'e\u{301}é'", "'ﬃ'", "'x\\\\y'", "'100%'",
        ]
        let patterns = [
            "'a!%b!_c' ESCAPE '!'", "'A%' ESCAPE '%'", "'a__' ESCAPE '_'", "'%__b' ESCAPE '_'", "'%_%_b' ESCAPE '_'",
            "'%%b_' ESCAPE '%'", "'a%%b' ESCAPE '%'", "'%é%' ESCAPE 'é'", "'aé%b_c' ESCAPE 'é'", "'xé' ESCAPE 'é'",
            "'x\\\\\\\\y' ESCAPE ''", "'x\\\\\\\\y' ESCAPE NULL", "'x\\\\\\\\y'", "'x\\\\y' ESCAPE '!'",
            "'éé!%' ESCAPE 'É'",
            "'%!%' ESCAPE '!'", "'100!%' ESCAPE '!'", "'100!' ESCAPE '!'", "'a1%b1_c' ESCAPE 1", "'%s%s%p_'",
            "'%iss%ip%i'", "'%a%a%b'", "'_%_%_%_'", "'%e_'", "'ä%'", "'_x_y'", "'Ax%' ESCAPE x'78'", "'%ﬃ'",
            "'%😀%' ESCAPE '😀'", "'é!!%' ESCAPE '!'", "'%_é_c' ESCAPE 'é'", "'AB' ESCAPE 'b'", "'aab' ESCAPE 'a'",
            "'aAb' ESCAPE 'A'",
        ]
        let collations = ["utf8mb4_general_ci", "utf8mb4_bin", "utf8mb4_general_nopad_ci", "utf8mb4_nopad_bin"]
        for collation in collations {
            try check(texts.flatMap { text in patterns.map { "\(text) COLLATE \(collation) LIKE \($0)" } })
        }
        try check(texts.flatMap { text in patterns.map { "CAST(\(text) AS BINARY) LIKE \($0)" } })
        try check(
            ["a_l", "a_c", "a_as", "a_bi", "a_v3", "CONCAT(a_l, '%')"].flatMap { text in
                patterns.map { "\(text) LIKE \($0)" }
            }, refused: Self.isRefused)
    }

    @Test func `LIKE with patterns from columns`() throws {
        let escapes = ["", " ESCAPE '!'", " ESCAPE '%'", " ESCAPE '_'", " ESCAPE 'a'", " ESCAPE 'é'", " ESCAPE ''"]
        var expressions: [String] = []
        for escape in escapes {
            for (value, pattern) in [
                ("a_v", "CONCAT('%', b_v)"), ("a_vb", "CONCAT(SUBSTR(b_vb, 1, 1), '_')"),
                ("a_l", "CONCAT('é', b_l, '%')"),
                ("CONCAT(a_v, 'a_!%')", "CONCAT(b_v, '_!_!%')"), ("a_bi", "CONCAT(b_bi, '%_')"),
                ("CONCAT(a_v, b_v)", "CONCAT(b_v, '%__', SUBSTR(a_v, 2), '%')"),
            ] {
                expressions.append("\(value) LIKE \(pattern)\(escape)")
            }
        }
        try check(expressions, refused: Self.isRefused)
    }
}
