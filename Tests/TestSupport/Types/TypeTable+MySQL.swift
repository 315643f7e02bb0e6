extension TypeTable {
    /// Tables of every column type of a server.
    public static func all(of kind: ServerKind) -> [TypeTable] {
        switch kind {
        case .mariaDB: all
        case .mySQL: all.compactMap(\.forMySQL) + ownOfMySQL
        }
    }

    /// Which MySQL has not, or has otherwise.
    private static let notInMySQL: Set<String> = [
        "json", "no json", "geometry", "no geometry", "addresses", "compressed", "hidden columns", "aria", "key uuid",
        "key inet",
    ]

    /// The table without the columns that MySQL refuses.
    private var forMySQL: TypeTable? {
        guard !Self.notInMySQL.contains(name) else { return nil }
        var copy = self
        copy.columns.removeAll { column in
            ["uca1400", "nopad", ",38)"].contains { column.definition.contains($0) }
        }
        return copy
    }

    private static let ownOfMySQL: [TypeTable] = [
        TypeTable(
            "gb18030",
            [
                ("VARCHAR(300) CHARACTER SET gb18030", ["'a中文€ḿ𠀇😀'", "''", "NULL", "REPEAT('中𠀇', 100)"]),
                ("CHAR(20) CHARACTER SET gb18030", ["'中€ḿ'", "''", "'x '"]),
                ("MEDIUMTEXT CHARACTER SET gb18030", ["'中ḿ😀'", "REPEAT('中𠀇', 1000)", "NULL"]),
                ("ENUM('中','ḿ','€') CHARACTER SET gb18030", ["'€'", "'中'"]),
                ("SET('中','ḿ','€') CHARACTER SET gb18030", ["'€,中'", "''"]),
            ]),
        TypeTable(
            "json",
            [
                ("JSON", documents + ["NULL"]),
                ("JSON NOT NULL", ["'[true, false, null]'"]),
                ("JSON", []),
                ("JSON DEFAULT (JSON_ARRAY())", []),
            ]),
        TypeTable(
            "geometry",
            [
                (
                    "POINT",
                    ["ST_GeomFromText('POINT(1 2)')", "ST_GeomFromText('POINT(48.85 2.35)', 4326)", "NULL"]
                ),
                ("POINT NOT NULL SRID 4326", ["ST_GeomFromText('POINT(-90 180)', 4326)"]),
                ("LINESTRING", ["ST_GeomFromText('LINESTRING(0 0, 1 1, 2 -2e300)')", "NULL"]),
                (
                    "POLYGON",
                    [
                        "ST_GeomFromText('POLYGON((0 0,10 0,10 10,0 0))')",
                        "ST_GeomFromText('POLYGON((0 0,10 0,10 10,0 10,0 0),(1 1,2 1,2 2,1 1))', 3857)",
                    ]
                ),
                (
                    "GEOMETRY",
                    [
                        "ST_GeomFromText('POINT(1 2)')", "ST_GeomFromText('GEOMETRYCOLLECTION(POINT(10 20))', 4326)",
                        "ST_GeomFromText('GEOMETRYCOLLECTION EMPTY')",
                    ]
                ),
                ("MULTIPOINT", ["ST_GeomFromText('MULTIPOINT(1 1, 2 2)')"]),
                ("MULTILINESTRING", ["ST_GeomFromText('MULTILINESTRING((0 0,1 1),(2 2,3 3))', 4326)"]),
                ("MULTIPOLYGON", ["ST_GeomFromText('MULTIPOLYGON(((0 0,1 0,1 1,0 0)))')"]),
                ("GEOMETRYCOLLECTION", ["ST_GeomFromText('GEOMETRYCOLLECTION(POINT(1 1),LINESTRING(0 0,1 1))', 3857)"]),
                ("VARCHAR(10) CHARACTER SET latin1", ["'é'", "'after a geometry'"]),
            ]),
        TypeTable(
            "vectors",
            [
                (
                    "VECTOR(3)",
                    [
                        "TO_VECTOR('[1,2.5,-3e-8]')", "NULL", "TO_VECTOR('[0,-0.0,3.4028234e38]')",
                        "TO_VECTOR('[1e-37,1.17549435e-38,0.1]')",
                    ]
                ),
                (
                    "VECTOR NOT NULL",
                    ["TO_VECTOR('[7]')", "TO_VECTOR(CONCAT('[', REPEAT('0.1,', 2047), '16777217]'))"]
                ),
                ("VECTOR(16383)", ["TO_VECTOR(CONCAT('[', REPEAT('-1e20,', 16382), '1e21]'))", "NULL"]),
            ]),
        TypeTable(
            "collations",
            ["0900_ai_ci", "0900_as_cs", "0900_bin", "ja_0900_as_cs", "zh_0900_as_cs", "unicode_ci", "bin"].flatMap {
                [
                    ("VARCHAR(20) COLLATE utf8mb4_\($0)", ["'é日😀'", "'trailing  '", "NULL"]),
                    ("CHAR(20) COLLATE utf8mb4_\($0)", ["'trailing  '", "''", "'Ω'"]),
                ]
            }),
        // The server makes a column of its own for an index of an expression, and does not log it.
        TypeTable(
            "indexed",
            [
                ("INT, INDEX ((c1 + 1)), INDEX ((c1 * 2) DESC)", ["1", "NULL", "3"]),
                ("JSON, INDEX ((CAST(c2->'$.a' AS UNSIGNED ARRAY)))", ["'{\"a\": [1, 2]}'", "'{}'", "NULL"]),
            ]),
    ]

    /// SQL expressions for JSON documents.
    private static let documents: [String] = [
        "'{\"a\": 1.50, \"b\": [1,  2]}'", "'\"é😀\"'", "'[]'", "'{}'", "'null'", "'true'", "'false'", "'-0.0'", "'0'",
        "' 12345678901234567890123.50 '", "'{\"a\":\\n [\\r\\n 1]}'", "'{\"é\": \"\\\\u00e9\\\\ud83d\\\\ude00\"}'",
        "'{\"a\": 1, \"a\": 2}'", "'[\"\\\\n \\\\\" \\\\\\\\ \\\\/ \\\\b\\\\f\\\\r\\\\t\"]'", "'1e300'",
        "'{\"\": 1, \"bb\": 2, \"a b\": 3, \"é\": {\"\": {}}}'",
        "'[\"\\\\u0000\\\\u0001\\\\u001f\\\\u007f\\\\u2028 it''s\"]'",
        // Each width of a number, and its edges.
        """
        JSON_ARRAY(32767, 32768, -32768, -32769, 65535, 65536, 2147483647, 2147483648, -2147483648, -2147483649,
        4294967295, 4294967296, 9223372036854775807, 9223372036854775808, -9223372036854775808, 18446744073709551615)
        """,
        """
        JSON_ARRAY(1e0, 0.1e0, -0e0, 1e15, 1e16, 1e17, 1e21, 1e22, 1e-4, 1e-5, 1e-6, 1e-7, 5e-324, 2.2250738585072014e-308,
        1.7976931348623157e308, 123456789012345680e0, 0.30000000000000004e0, 9007199254740993e0, 123456.789e0, 1e100)
        """,
        // The server's other types.
        """
        JSON_ARRAY(1.50, -0.0000000001, CAST('12345678901234567890123456789012345.123456789012345678901234567890' AS
        DECIMAL(65,30)), CAST(-99999999.99 AS DECIMAL(10,2)), CAST(0 AS DECIMAL(5,5)))
        """,
        """
        JSON_ARRAY(CAST('2024-02-29' AS DATE), CAST('9999-12-31 23:59:59.999999' AS DATETIME(6)), CAST('1000-01-01' AS
        DATETIME), CAST('838:59:59' AS TIME), CAST('-838:59:58.000001' AS TIME(6)), CAST('-00:00:00.5' AS TIME(1)),
        TIMESTAMP('2024-01-01'), CAST(2024 AS YEAR))
        """,
        "CAST(CAST('2024-02-29 01:02:03.25' AS DATETIME(3)) AS JSON)", "CAST(1.50 AS JSON)",
        "JSON_OBJECT('binary', x'00ff', 'bits', b'101', 'empty', CAST('' AS BINARY), 'p', POINT(1, 2))",
        // As deep as the server allows, small and large.
        "CONCAT(REPEAT('[', 100), REPEAT(']', 100))", "CONCAT(REPEAT('{\"a\":', 99), '1', REPEAT('}', 99))",
        "CONCAT(REPEAT('[{\"a\":', 49), '\"', REPEAT('x', 70000), '\"', REPEAT('}]', 49))",
        // More than 64 KiB: wide entries, with numbers that fit in them.
        "JSON_OBJECT('i', 70000, 's', REPEAT('x', 70000), 'l', TRUE, 'u', 4294967295, 'n', -70000, 'z', NULL, 'h', 7)",
        "CONCAT('[', REPEAT('\"0123456789abcdef\", {\"k\": [1.5]}, ', 5000), '1]')",
        """
        (WITH RECURSIVE s (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM s WHERE i < 900)
        SELECT JSON_OBJECTAGG(CONCAT('key ', i), REPEAT('v', i)) FROM s)
        """,
    ]
}
