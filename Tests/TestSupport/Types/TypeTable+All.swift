extension TypeTable {
    /// Tables of every column type of MariaDB 10.11, whose values are its edges.
    public static let all: [TypeTable] = ofTypes + shapes + keys

    /// One for each family of types, whose columns are `c1` and so on.
    public static let ofTypes: [TypeTable] = numbers + times + texts + bytes + labels + others

    private static let numbers: [TypeTable] = [
        TypeTable(
            "integers",
            [("TINYINT", 8), ("SMALLINT", 16), ("MEDIUMINT", 24), ("INT", 32), ("BIGINT", 64)].flatMap { name, bits in
                let half = "\(UInt64(1) << UInt64(bits - 1))"
                let most = "\(UInt64.max >> UInt64(64 - bits))"
                return [
                    (name, ["0", "-1", "1", "-\(half)", "\(half) - 1", "NULL", "42"]),
                    ("\(name) UNSIGNED", ["0", "1", most, half, "NULL"]),
                    ("\(name)(5) ZEROFILL NOT NULL", ["7", most, "0"]),
                ]
            } + [("BOOLEAN", ["TRUE", "FALSE", "-128"])]),
        TypeTable(
            "decimals",
            [
                (1, 0), (1, 1), (2, 1), (5, 2), (9, 0), (9, 9), (10, 0), (10, 2), (12, 10), (18, 9), (20, 4), (27, 3),
                (38, 0), (38, 38), (65, 0), (65, 30), (65, 38), (60, 8),
            ].map { precision, scale in
                let whole = String(repeating: "9", count: precision - scale)
                let fraction = scale > 0 ? "." + String(repeating: "9", count: scale) : ""
                let least = scale > 0 ? "0." + String(repeating: "0", count: scale - 1) + "1" : "1"
                let most = (whole.isEmpty ? "0" : whole) + fraction
                return (
                    "DECIMAL(\(precision),\(scale))",
                    ["0", most, "-\(most)", least, "-\(least)", "NULL", "0.5", "-0.5", "-0.0"]
                )
            } + [("DECIMAL(10,2) UNSIGNED", ["99999999.99", "0"]), ("DECIMAL(10,2) ZEROFILL", ["1.5", "0"])]),
        TypeTable(
            "floats",
            [
                (
                    "FLOAT",
                    [
                        "0", "-0e0", "1.5", "-3.402823466e38", "3.402823466e38", "1.17549435e-38", "1e-45", "0.1",
                        "NULL",
                        "16777217", "1e20", "1e21", "123456789", "1e-7",
                    ]
                ),
                ("FLOAT UNSIGNED", ["0", "3.402823466e38", "0.333333"]),
                ("FLOAT(7,3)", ["1234.567", "-0.001", "NULL"]),
                (
                    "DOUBLE",
                    [
                        "0", "-0e0", "1.7976931348623157e308", "-1.7976931348623157e308", "2.2250738585072014e-308",
                        "5e-324", "0.1", "NULL", "9007199254740993", "1e22", "1e21", "1e20", "123456789.125", "1e-6",
                        "1e-7", "0.30000000000000004", "1e15", "123456789012345680",
                    ]
                ),
                ("DOUBLE UNSIGNED", ["0", "1e-7", "0.3"]),
                ("DOUBLE(20,10)", ["1234567890.0123456789", "-1"]),
            ]),
        // A table of more than 64 columns, too.
        TypeTable(
            "bits",
            (1...64).map { width in
                ("BIT(\(width))", ["0", "1", "b'\(String(repeating: "1", count: width))'", "NULL", "b'10'"])
            }),
    ]

    private static let times: [TypeTable] = [
        TypeTable(
            "dates",
            [
                (
                    "DATE",
                    [
                        "'0000-00-00'", "'0001-01-01'", "'1000-01-01'", "'9999-12-31'", "'2024-02-29'", "'2024-00-00'",
                        "'2024-05-00'", "'0000-12-31'", "NULL", "'0099-01-01'",
                    ]
                ),
                ("YEAR", ["0", "1901", "2155", "2024", "NULL", "1970", "'0000'"]),
            ]),
        TypeTable(
            "times",
            (0...6).map { digits in
                (
                    "TIME(\(digits))",
                    [
                        "'00:00:00'", "'838:59:59.999999'", "'-838:59:59.999999'", "'23:59:59.123456'", "'-00:00:00.1'",
                        "'-00:00:01'", "'-12:34:56.654321'", "NULL", "'00:00:00.000001'", "'-00:00:00.999999'",
                        "'100:00:00'", "'-01:00:00'",
                    ]
                )
            }),
        TypeTable(
            "datetimes",
            (0...6).map { digits in
                (
                    "DATETIME(\(digits))",
                    [
                        "'0000-00-00 00:00:00'", "'1000-01-01 00:00:00'", "'9999-12-31 23:59:59.999999'",
                        "'2024-02-29 23:59:59.123456'", "'2024-00-00 00:00:00'", "NULL", "'0001-01-01 00:00:00.000001'",
                        "'1969-12-31 23:59:59.5'", "'2024-05-00 12:00:00.25'",
                    ]
                )
            }),
        TypeTable(
            "timestamps",
            (0...6).map { digits in
                (
                    "TIMESTAMP(\(digits)) NULL",
                    [
                        "'0000-00-00 00:00:00'", "'1970-01-01 00:00:01'", "'2038-01-19 03:14:07.999999'",
                        "'2024-02-29 23:59:59.123456'", "NULL", "'1970-01-01 00:00:01.000001'", "'2000-03-01 00:00:00'",
                    ]
                )
            } + [
                ("TIMESTAMP NOT NULL DEFAULT CURRENT_TIMESTAMP ON UPDATE CURRENT_TIMESTAMP", [])
            ]),
    ]

    private static let strings = [
        "''", "'a'", "'é'", "'😀'", "'NUL\\0 and \\n and \\\\ and \\' and \\\"'", "' x '", "NULL", "'ｆｕｌｌ'",
        "'\\u2028 \\x7f \u{2028}\u{7f}'", "'<tab>\\t\\r\\b\\Z'", "'null'", "'1.50'",
    ]

    private static let texts: [TypeTable] = [
        TypeTable(
            "text",
            [
                ("CHAR(10)", strings + ["'trailing  '"]),
                ("CHAR(255)", strings + ["REPEAT('😀', 255)", "REPEAT('x', 250)"]),
                ("CHAR(63)", ["REPEAT('é', 63)", "''"]),
                ("CHAR(64)", ["REPEAT('é', 64)", "''"]),
                ("CHAR(0)", ["''", "NULL"]),
                ("VARCHAR(0)", ["''", "NULL"]),
                ("VARCHAR(63)", strings + ["REPEAT('😀', 63)"]),
                ("VARCHAR(64)", strings + ["REPEAT('😀', 64)", "'trailing  '"]),
                ("VARCHAR(5000)", strings + ["REPEAT('😀', 5000)"]),
                ("TINYTEXT", strings + ["REPEAT('x', 255)"]),
                ("TEXT", strings + ["REPEAT('y', 65535)"]),
                ("MEDIUMTEXT", strings + ["REPEAT('z', 70000)"]),
                ("LONGTEXT", strings + ["REPEAT('é', 70000)"]),
                ("VARCHAR(20) COLLATE utf8mb4_bin", ["'Bin'", "'bin'"]),
                ("VARCHAR(20) COLLATE uca1400_ai_ci", ["'uca é'"]),
                ("VARCHAR(20) COLLATE utf8mb4_unicode_nopad_ci", ["'nopad '"]),
            ]),
        // Every character set that the server has.
        TypeTable(
            "charsets",
            charsets.map { set, text in
                ("VARCHAR(300) CHARACTER SET \(set)", ["'\(text)'", "''", "NULL", "REPEAT('\(text)', 20)"])
            }),
        TypeTable(
            "charsets of other types",
            charsets.filter { $0.set != "utf8mb4" }.flatMap { set, text in
                [
                    ("CHAR(20) CHARACTER SET \(set)", ["'\(text)'", "''", "'x '"]),
                    ("MEDIUMTEXT CHARACTER SET \(set)", ["'\(text)'", "REPEAT('\(text)', 100)", "NULL"]),
                ]
            }),
        TypeTable("latin1 by default", [("VARCHAR(20)", ["'é€'", "'ÿ'"]), ("TEXT", ["'ß'", "NULL"])])
            .with(options: "DEFAULT CHARSET=latin1"),
        TypeTable(
            "mixed defaults",
            [
                ("VARCHAR(20)", ["'日本'"]), ("VARCHAR(20) CHARACTER SET cp1251", ["'Привет'"]),
                ("TEXT", ["'カナ'", "NULL"]),
                ("ENUM('日','本')", ["'本'", "'日'"]), ("ENUM('д','ж') CHARACTER SET cp1251", ["'ж'", "'д'"]),
                ("CHAR(5) CHARACTER SET binary", ["x'8140'"]),
            ]
        ).with(options: "DEFAULT CHARSET=sjis"),
    ]

    private static let charsets: [(set: String, text: String)] = [
        ("big5", "一丁七"), ("dec8", "éØ"), ("cp850", "éø½"), ("hp8", "éØ"), ("koi8r", "Привет"), ("latin1", "é€ÿŒ"),
        ("latin2", "Łódź"), ("swe7", "ÅÄÖ"), ("ascii", "plain ~"), ("ujis", "日本カナ"), ("sjis", "日本カナ"),
        ("hebrew", "שלום"),
        ("tis620", "ไทย"), ("euckr", "한국어"), ("koi8u", "Їжак"), ("gb2312", "中文"), ("greek", "Ελλάς"),
        ("cp1250", "žluťoučký"),
        ("gbk", "中文字"), ("latin5", "ğış"), ("armscii8", "Հայ"), ("utf8mb3", "é日"), ("ucs2", "aé日"), ("cp866", "Привет"),
        ("keybcs2", "čeština"), ("macce", "žluť"), ("macroman", "éƒ"), ("cp852", "Łódź"), ("latin7", "ąčę"),
        ("utf8mb4", "é日😀"), ("cp1251", "Привет€"), ("utf16", "a日😀"), ("utf16le", "a日😀"), ("cp1256", "سلام"),
        ("cp1257", "ąčę"), ("utf32", "a日😀"), ("geostd8", "ა"), ("cp932", "日本①"), ("eucjpms", "日本①"),
    ]

    private static let byteStrings = [
        "''", "x'00'", "x'6100'", "x'00ff80fe'", "NULL", "x'2020'", "x'c3a9'", "x'270a5c78'",
    ]

    private static let bytes: [TypeTable] = [
        TypeTable(
            "binary",
            [
                ("BINARY(1)", ["''", "x'00'", "x'ff'", "NULL"]),
                ("BINARY(0)", ["''", "NULL"]),
                ("BINARY(4)", ["x'01020304'", "x'01000000'"]),
                ("BINARY(16)", byteStrings + ["x'000102030405060708090a0b0c0d0e0f'"]),
                ("BINARY(255)", byteStrings + ["REPEAT(x'ff', 255)"]),
                ("VARBINARY(10)", byteStrings + ["x'00000000000000000000'"]),
                ("VARBINARY(255)", byteStrings + ["REPEAT(x'fe', 255)"]),
                ("VARBINARY(256)", byteStrings + ["REPEAT(x'fe', 256)"]),
                ("TINYBLOB", byteStrings + ["REPEAT(x'01', 255)"]),
                ("BLOB", byteStrings + ["REPEAT(x'02', 65535)"]),
                ("MEDIUMBLOB", byteStrings + ["REPEAT(x'03', 70000)"]),
                ("LONGBLOB", byteStrings + ["REPEAT(x'04', 70000)", "UNHEX('\(everyByte)')"]),
            ])
    ]

    private static let everyByte = (0..<256).map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()

    private static let labels: [TypeTable] = [
        TypeTable(
            "labels",
            [
                (
                    "ENUM('a','é','with space','it''s','\"q\"')",
                    ["'a'", "'é'", "'with space'", "''", "NULL", "4", "5", "0"]
                ),
                ("ENUM('x') NOT NULL", ["'x'", "''", "'invalid'"]),
                ("ENUM('ä','ö') CHARACTER SET latin1", ["'ö'", "'ä'"]),
                ("ENUM('日','本') CHARACTER SET sjis", ["'本'", "'日'"]),
                ("ENUM('д','ж') CHARACTER SET ucs2", ["'д'", "'ж'"]),
                ("ENUM('😀','b') CHARACTER SET utf16", ["'😀'", "'b'"]),
                ("SET('a','é','c','it''s')", ["''", "'a'", "'é'", "'a,é,c'", "NULL", "'it''s'"]),
                ("SET('ä','ö') CHARACTER SET latin1", ["'ä,ö'", "'ö'"]),
                ("SET('ж','д') CHARACTER SET utf16le", ["'ж,д'", "''"]),
                ("CHAR(3)", ["'abc'"]),
            ]),
        TypeTable(
            "many labels",
            [
                ("ENUM(\((1...255).map { "'l\($0)'" }.joined(separator: ",")))", ["1", "255", "128"]),
                ("ENUM(\((1...256).map { "'l\($0)'" }.joined(separator: ",")))", ["1", "256", "255"]),
                ("ENUM(\((1...300).map { "'λ\($0)'" }.joined(separator: ",")))", ["1", "300", "NULL", "256", "0"]),
                ("ENUM(\((1...3000).map { "'label \($0)'" }.joined(separator: ",")))", ["1", "3000", "NULL", "300"]),
            ]),
        TypeTable(
            "sets",
            [1, 8, 9, 16, 17, 24, 25, 32, 33, 48, 63, 64].map { count in
                let most = "\(UInt64.max >> UInt64(64 - count))"
                return (
                    "SET(\((1...count).map { "'m\($0)'" }.joined(separator: ",")))",
                    ["0", "1", most, "NULL", "'m\(count)'"]
                )
            }),
    ]

    private static let others: [TypeTable] = [
        TypeTable(
            "json",
            [
                (
                    "JSON",
                    [
                        "'{\"a\": 1.50, \"b\": [1,  2]}'", "'\"é\"'", "NULL", "'[]'", "'{}'", "'null'", "'true'",
                        "'-0.0'",
                        "' 12345678901234567890123.50 '", "'{\"a\":\\n [\\r\\n 1]}'",
                        "'{\"é\": \"\\\\u00e9\\\\ud83d\\\\ude00\"}'",
                        "'{\"a\": 1, \"a\": 2}'", "'\"\\\\n \\\\\" \\\\\\\\ \\\\/\"'", "'1e400'",
                        "'\"\u{2028}\u{7f}\"'",
                    ]
                ),
                ("LONGTEXT COLLATE utf8mb4_bin", ["'no json'", "''"]),
                ("LONGTEXT CHECK (JSON_VALID(c3))", ["'{\"own\": \"check\"}'"]),
            ]),
        // What the CHECK of a JSON column would refuse, had it been on.
        TypeTable(
            "no json",
            [("JSON", ["'no json'", "''", "'{\"a\":'", "'{\"a\": \\n1.}'", "'\"\\x01\"'", "'[1,]'", "'01'"])]
        ).with(settings: "check_constraint_checks = 0"),
        TypeTable(
            "geometry",
            [
                ("POINT", ["ST_GeomFromText('POINT(1 2)')", "ST_GeomFromText('POINT(-1.5 1e300)', 4326)", "NULL"]),
                ("LINESTRING", ["ST_GeomFromText('LINESTRING(0 0, 1 1, 2 2)')", "NULL"]),
                (
                    "POLYGON",
                    [
                        "ST_GeomFromText('POLYGON((0 0,10 0,10 10,0 0))')",
                        "ST_GeomFromText('POLYGON((0 0,10 0,10 10,0 10,0 0),(1 1,2 1,2 2,1 1))', 7)",
                    ]
                ),
                (
                    "GEOMETRY",
                    [
                        "ST_GeomFromText('POINT(1 2)')", "ST_GeomFromText('GEOMETRYCOLLECTION(POINT(1 1))', 7)",
                        "ST_GeomFromText('GEOMETRYCOLLECTION EMPTY')", "ST_GeomFromText('POINT(0 0)', 4294967295)",
                    ]
                ),
                ("MULTIPOINT", ["ST_GeomFromText('MULTIPOINT(1 1, 2 2)')"]),
                ("MULTILINESTRING", ["ST_GeomFromText('MULTILINESTRING((0 0,1 1),(2 2,3 3))')"]),
                ("MULTIPOLYGON", ["ST_GeomFromText('MULTIPOLYGON(((0 0,1 0,1 1,0 0)))')"]),
                ("GEOMETRYCOLLECTION", ["ST_GeomFromText('GEOMETRYCOLLECTION(POINT(1 1),LINESTRING(0 0,1 1))', 3857)"]),
                ("VARCHAR(10) CHARACTER SET latin1", ["'é'", "'after a geometry'"]),
            ]),
        // Outside strict mode a geometry that is missing becomes an empty value, which is no geometry.
        TypeTable("no geometry", [("INT", ["1", "2"]), ("POINT NOT NULL", []), ("GEOMETRY NOT NULL", [])]),
        TypeTable(
            "addresses",
            [
                (
                    "UUID",
                    [
                        "'00000000-0000-0000-0000-000000000000'", "'123e4567-e89b-12d3-a456-426655440000'",
                        "'ffffffff-ffff-ffff-ffff-ffffffffffff'", "NULL", "'018f4e2a-0000-7000-8000-000000000000'",
                    ]
                ),
                ("INET4", ["'0.0.0.0'", "'255.255.255.255'", "'1.2.3.0'", "NULL"]),
                ("INET6", ["'::'", "'::1'", "'2001:db8::ff00:42:8329'", "'::ffff:1.2.3.4'", "NULL", "'::1.2.3.4'"]),
                ("BINARY(16)", ["x'00'", "x'0102030405060708090a0b0c0d0e0f00'"]),
                ("BINARY(4)", ["x'01020300'"]),
            ]),
        TypeTable(
            "compressed",
            [
                ("VARCHAR(100) COMPRESSED", ["''", "'a'", "REPEAT('é', 100)", "NULL"]),
                ("VARCHAR(10000) COMPRESSED", ["''", "REPEAT('xyz', 3000)", "NULL"]),
                ("TEXT COMPRESSED", ["''", "REPEAT('text ', 10000)", "'short'"]),
                ("BLOB COMPRESSED", ["x'00'", "REPEAT(x'00', 60000)", "''", "NULL"]),
                ("LONGTEXT COMPRESSED", ["REPEAT('long ', 40000)", "NULL"]),
                ("VARBINARY(500) COMPRESSED", ["REPEAT(x'ff', 500)", "x'0000'"]),
                ("TEXT COMPRESSED CHARACTER SET latin1", ["REPEAT('é', 5000)", "'é'"]),
            ]),
        TypeTable(
            "generated",
            [
                ("INT", ["1", "2", "NULL"]),
                ("INT AS (c1 * 2) VIRTUAL", []),
                ("VARCHAR(20) AS (CONCAT('c', c1)) STORED", []),
                ("INT INVISIBLE DEFAULT 7", ["DEFAULT", "8"]),
                ("INT INVISIBLE", []),
                ("DECIMAL(10,3) AS (c1 / 3) VIRTUAL INVISIBLE", []),
                ("INT DEFAULT (c1 + 1)", []),
                ("INT DEFAULT 5", []),
            ]),
        // For a UNIQUE key over a long column the server keeps and logs a column of its own.
        TypeTable(
            "hidden columns",
            [("TEXT UNIQUE", ["UUID()", "NULL"]), ("BLOB UNIQUE", ["NULL", "UUID()"]), ("INT", ["1", "2", "3"])]),
    ]

    private static let shapes: [TypeTable] = [
        TypeTable(
            "wide", (1...300).map { ($0 % 3 == 0 ? "VARCHAR(5)" : "SMALLINT", ["\($0)", "NULL", "\($0 % 7)"]) }),
        TypeTable("one", []),
        named("ñämé with späce", ["spalte é", "列", "Ж"]),
        named("quo'te\"back`tick", ["it's", "a\"b", "c`d", "e\\f", "g,h", "new\nline", "{brace}"]),
        named("select", ["where", "from", "order", "_op", "@1"]),
        named("a%b.c", ["d.e", "100%", "a b"]),
        TypeTable("myisam", [("VARCHAR(10)", ["'a'", "NULL"])]).with(options: "ENGINE=MyISAM"),
        TypeTable("aria", [("VARCHAR(10)", ["'a'", "NULL"])]).with(options: "ENGINE=Aria TRANSACTIONAL=1"),
        TypeTable("partitioned", [("VARCHAR(10)", ["'a'", "NULL", "'c'", "'d'"])])
            .with(options: "PARTITION BY HASH (n) PARTITIONS 3"),
        TypeTable("packed", [("VARCHAR(10)", ["'a'", "NULL"]), ("BIT(3)", ["5"])])
            .with(options: "ENGINE=InnoDB ROW_FORMAT=COMPRESSED"),
    ]

    /// Tables whose key is no number: its rows are found by it at the target.
    private static let keys: [TypeTable] = [
        TypeTable(
            "key text", key: [("VARCHAR(20)", ["'abc'", "'Ünï'", "''", "'a:b'", "'a%b'", "'{'", "'ABC d'", "'ünİ x'"])]),
        TypeTable("key text bin", key: [("CHAR(20) COLLATE utf8mb4_bin", ["'abc'", "'ABC'", "'é'", "'É'", "'x'"])]),
        TypeTable("key latin1", key: [("VARCHAR(20) CHARACTER SET latin1", ["'é'", "'ß'", "'€'"])]),
        TypeTable(
            "key prefix", key: [("TEXT", ["'abcdef'", "'b'", "'c'"]), ("BLOB", ["x'00'", "x'0001'", "x'ff'"])],
            parts: "k1(3), k2(2)"),
        TypeTable("key binary", key: [("BINARY(4)", ["x'00'", "x'0001'", "x'ff00ff00'", "x'20202020'"])]),
        TypeTable("key varbinary", key: [("VARBINARY(9)", ["''", "x'00'", "x'0000'", "x'c3a9'", "x'3a'"])]),
        TypeTable("key decimal", key: [("DECIMAL(20,5)", ["0", "-1.5", "1.5", "123456789012345.12345"])]),
        TypeTable("key double", key: [("DOUBLE", ["0.1", "1e300", "-5e-324", "3"])]),
        TypeTable("key float", key: [("FLOAT", ["0.1", "1e30", "16777216", "-0.3"])]),
        TypeTable("key unsigned", key: [("BIGINT UNSIGNED", ["18446744073709551615", "0", "9223372036854775808"])]),
        TypeTable("key bit", key: [("BIT(64)", ["b'1'", "0", "18446744073709551615"])]),
        TypeTable(
            "key date",
            key: [("DATE", ["'0000-00-00'", "'2024-02-29'", "'2024-00-00'"]), ("YEAR", ["0", "2024", "1901"])]),
        TypeTable("key time", key: [("TIME(6)", ["'-00:00:00.000001'", "'00:00:00'", "'838:59:59.999999'"])]),
        TypeTable(
            "key datetime",
            key: [("DATETIME(6)", ["'0000-00-00 00:00:00'", "'2024-02-29 12:00:00.5'", "'2025-01-01'"])]),
        TypeTable(
            "key timestamp",
            key: [("TIMESTAMP(3)", ["'1970-01-01 00:00:01'", "'2024-02-29 12:00:00.5'", "'2025-01-01'"])]),
        TypeTable(
            "key labels",
            key: [("ENUM('a','b''c','ç')", ["'a'", "2", "'ç'"]), ("SET('x','y')", ["'x,y'", "''", "'y'"])]),
        TypeTable(
            "key uuid",
            key: [
                (
                    "UUID",
                    ["UUID()", "'123e4567-e89b-12d3-a456-426655440000'", "'00000000-0000-0000-0000-000000000000'"]
                )
            ]),
        TypeTable(
            "key inet",
            key: [
                ("INET6", ["'::1'", "'::ffff:1.2.3.4'", "'2001:db8::'"]),
                ("INET4", ["'1.2.3.4'", "'0.0.0.0'", "'9.9.9.9'"]),
            ]),
        TypeTable(
            "key of three",
            key: [
                ("INT", ["1", "2", "3"]), ("VARCHAR(5)", ["'a:b'", "'c'", "'d'"]),
                ("TINYINT UNSIGNED", ["255", "0", "9"]),
            ], parts: "k3, k1, k2"),
    ]

    /// A few of the tables, of all kinds of values.
    public static let some: [TypeTable] =
        [numbers[0], times[2], texts[0], bytes[0], labels[0]] + others + keys.prefix(6)

    /// Statements on a table with values of 20 MB.
    public static let large = [
        "CREATE TABLE large (n INT PRIMARY KEY, t LONGTEXT, b LONGBLOB, l LONGTEXT CHARACTER SET latin1)",
        "INSERT INTO large VALUES (1, REPEAT('0123456789abcdé', 1310720), NULL, REPEAT('é123', 262144))",
        "INSERT INTO large VALUES (2, NULL, REPEAT(x'a0ff41ffaa272255', 2621440), NULL)",
        "UPDATE large SET t = 'small' WHERE n = 1",
        "DELETE FROM large WHERE n = 2",
    ]

    private static func named(_ name: String, _ columns: [String]) -> TypeTable {
        var table = TypeTable(name, columns.map { _ in ("VARCHAR(10)", ["'a'", "NULL", "'é'"]) })
        for index in columns.indices { table.columns[index].name = columns[index] }
        return table
    }

    private func with(options: String) -> TypeTable {
        var copy = self
        copy.options = options
        return copy
    }

    private func with(settings: String) -> TypeTable {
        var copy = self
        copy.settings = settings
        return copy
    }
}
