import Testing

/// A table of related column types, and rows of edge values for it: SQL literals, without the leading `id`.
struct TypeFamily: CustomTestStringConvertible, Sendable {
    var name: String
    /// Column definitions, in order; the table has `id INT PRIMARY KEY` before and `n INT` behind them.
    var columns: [String]
    var rows: [[String]]

    var testDescription: String { name }

    /// Rows in which every column takes the i-th of its values; the shorter lists begin again.
    init(_ name: String, _ columns: [(definition: String, values: [String])]) {
        self.name = name
        self.columns = columns.enumerated().map { "c\($0 + 1) \($1.definition)" }
        let count = columns.map(\.values.count).max() ?? 0
        rows = (0..<count).map { row in columns.map { $0.values[row % $0.values.count] } }
    }
}

extension TypeFamily {
    static let all: [TypeFamily] = [
        integers, decimals, floats, bits, dates, times, dateTimes, timestamps, text, binary, labels, manyLabels, sets,
        geometry, addresses, json, compressed, generated,
    ]

    private static let integers = TypeFamily(
        "integers",
        [("TINYINT", 8), ("SMALLINT", 16), ("MEDIUMINT", 24), ("INT", 32), ("BIGINT", 64)].flatMap { name, bits in
            let half = "\(UInt64(1) << UInt64(bits - 1))"
            let most = "\(UInt64.max >> UInt64(64 - bits))"
            return [
                (name, ["0", "-1", "1", "-\(half)", "\(half)-1", "NULL", "42"]),
                ("\(name) UNSIGNED", ["0", "1", most, half, "NULL"]),
                ("\(name) UNSIGNED ZEROFILL NOT NULL", ["7", most]),
            ]
        })

    private static let decimals = TypeFamily(
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
                "DECIMAL(\(precision),\(scale))", ["0", most, "-\(most)", least, "-\(least)", "NULL", "0.5", "-0.5"]
            )
        })

    private static let floats = TypeFamily(
        "floats",
        [
            ("FLOAT", ["0", "'-0'", "1.5", "-3.402823466e38", "1.17549435e-38", "1e-45", "0.1", "NULL", "16777217"]),
            ("FLOAT UNSIGNED", ["0", "3.402823466e38", "0.333333"]),
            ("FLOAT(7,3)", ["1234.567", "-0.001", "NULL"]),
            (
                "DOUBLE",
                [
                    "0", "'-0'", "1.7976931348623157e308", "-1.7976931348623157e308", "2.2250738585072014e-308",
                    "5e-324", "0.1", "NULL", "9007199254740993", "1e22", "1e21", "123456789.125",
                ]
            ),
            ("DOUBLE UNSIGNED", ["0", "1e-7", "0.3"]),
            ("DOUBLE(20,10)", ["1234567890.0123456789", "-1"]),
        ])

    private static let bits = TypeFamily(
        "bits",
        [1, 7, 8, 9, 15, 16, 17, 31, 32, 33, 48, 63, 64].map { width in
            ("BIT(\(width))", ["0", "1", "b'\(String(repeating: "1", count: width))'", "NULL"])
        })

    private static let dates = TypeFamily(
        "dates",
        [
            (
                "DATE",
                [
                    "'0000-00-00'", "'0001-01-01'", "'1000-01-01'", "'9999-12-31'", "'2024-02-29'", "'2024-00-00'",
                    "'2024-05-00'", "'0000-12-31'", "NULL",
                ]
            ),
            ("YEAR", ["0", "1901", "2155", "2024", "NULL", "1970"]),
        ])

    private static let times = TypeFamily(
        "times",
        (0...6).map { digits in
            (
                "TIME(\(digits))",
                [
                    "'00:00:00'", "'838:59:59.999999'", "'-838:59:59.999999'", "'23:59:59.123456'", "'-00:00:00.1'",
                    "'-00:00:01'", "'-12:34:56.654321'", "NULL", "'00:00:00.000001'", "'-00:00:00.999999'",
                    "'100:00:00'",
                ]
            )
        })

    private static let dateTimes = TypeFamily(
        "datetimes",
        (0...6).map { digits in
            (
                "DATETIME(\(digits))",
                [
                    "'0000-00-00 00:00:00'", "'1000-01-01 00:00:00'", "'9999-12-31 23:59:59.999999'",
                    "'2024-02-29 23:59:59.123456'", "'2024-00-00 00:00:00'", "NULL", "'0001-01-01 00:00:00.000001'",
                    "'1969-12-31 23:59:59.5'",
                ]
            )
        })

    private static let timestamps = TypeFamily(
        "timestamps",
        (0...6).map { digits in
            (
                "TIMESTAMP(\(digits)) NULL",
                [
                    "'0000-00-00 00:00:00'", "'1970-01-01 00:00:01'", "'2038-01-19 03:14:07.999999'",
                    "'2024-02-29 23:59:59.123456'", "NULL", "'1970-01-01 00:00:01.000001'",
                ]
            )
        })

    private static let strings = [
        "''", "'a'", "'é'", "'😀'", "'NUL\\0 and \\n and \\\\ and \\''", "' x '", "NULL", "'ｆｕｌｌ'",
    ]

    private static let text = TypeFamily(
        "text",
        [
            ("CHAR(10)", strings + ["'trailing  '"]),
            ("CHAR(255)", strings + ["REPEAT('😀', 255)", "REPEAT('x', 250)"]),
            ("CHAR(63)", ["REPEAT('é', 63)", "''"]),
            ("CHAR(64)", ["REPEAT('é', 64)", "''"]),
            ("VARCHAR(0)", ["''", "NULL"]),
            ("VARCHAR(63)", strings + ["REPEAT('😀', 63)"]),
            ("VARCHAR(64)", strings + ["REPEAT('😀', 64)", "'trailing  '"]),
            ("VARCHAR(5000)", strings + ["REPEAT('😀', 5000)"]),
            ("TINYTEXT", strings + ["REPEAT('x', 255)"]),
            ("TEXT", strings + ["REPEAT('y', 65535)"]),
            ("MEDIUMTEXT", strings + ["REPEAT('z', 70000)"]),
            ("LONGTEXT", strings + ["REPEAT('é', 70000)"]),
            ("CHAR(10) CHARACTER SET latin1", ["'é'", "'€'", "''"]),
            ("VARCHAR(300) CHARACTER SET latin1", ["REPEAT('é', 300)", "'ÿ'"]),
            ("VARCHAR(20) CHARACTER SET ucs2", ["'aé'", "''", "NULL"]),
            ("TEXT CHARACTER SET utf16 COLLATE utf16_bin", ["'a😀'", "''"]),
            ("VARCHAR(20) CHARACTER SET cp1251", ["'Привет'"]),
            ("VARCHAR(20) CHARACTER SET sjis", ["'日本'"]),
            ("VARCHAR(20) CHARACTER SET utf8mb3", ["'é日'"]),
            ("VARCHAR(20) CHARACTER SET ascii", ["'plain'"]),
            ("VARCHAR(20) CHARACTER SET utf8mb4 COLLATE uca1400_ai_ci", ["'uca é'"]),
        ])

    private static let byteStrings = ["''", "x'00'", "x'6100'", "x'00ff80fe'", "NULL", "x'2020'"]

    private static let binary = TypeFamily(
        "binary",
        [
            ("BINARY(1)", ["''", "x'00'", "x'ff'", "NULL"]),
            ("BINARY(16)", byteStrings + ["x'000102030405060708090a0b0c0d0e0f'"]),
            ("BINARY(255)", byteStrings + ["REPEAT(x'ff', 255)"]),
            ("VARBINARY(10)", byteStrings + ["x'00000000000000000000'"]),
            ("VARBINARY(255)", byteStrings + ["REPEAT(x'fe', 255)"]),
            ("VARBINARY(256)", byteStrings + ["REPEAT(x'fe', 256)"]),
            ("TINYBLOB", byteStrings + ["REPEAT(x'01', 255)"]),
            ("BLOB", byteStrings + ["REPEAT(x'02', 65535)"]),
            ("MEDIUMBLOB", byteStrings + ["REPEAT(x'03', 70000)"]),
            ("LONGBLOB", byteStrings + ["REPEAT(x'04', 70000)"]),
        ])

    private static let labels = TypeFamily(
        "labels",
        [
            ("ENUM('a','é','with space')", ["'a'", "'é'", "'with space'", "''", "NULL"]),
            ("ENUM('x') CHARACTER SET latin1 NOT NULL", ["'x'", "''"]),
            ("ENUM('ä','ö') CHARACTER SET latin1", ["'ö'", "'ä'"]),
            ("ENUM('日','本') CHARACTER SET sjis", ["'本'"]),
            ("SET('a','é','c')", ["''", "'a'", "'é'", "'a,é,c'", "NULL"]),
            ("SET('ä','ö') CHARACTER SET latin1", ["'ä,ö'", "'ö'"]),
            ("CHAR(3)", ["'abc'"]),
        ])

    private static let manyLabels = TypeFamily(
        "many labels",
        [
            ("ENUM(\((1...255).map { "'l\($0)'" }.joined(separator: ",")))", ["1", "255", "128"]),
            ("ENUM(\((1...256).map { "'l\($0)'" }.joined(separator: ",")))", ["1", "256", "255"]),
            ("ENUM(\((1...3000).map { "'label \($0)'" }.joined(separator: ",")))", ["1", "3000", "NULL", "300"]),
        ])

    private static let sets = TypeFamily(
        "sets",
        [1, 8, 9, 16, 17, 24, 25, 32, 33, 63, 64].map { count in
            let most = "\(UInt64.max >> UInt64(64 - count))"
            return (
                "SET(\((1...count).map { "'m\($0)'" }.joined(separator: ",")))",
                ["0", "1", most, "NULL", "'m\(count)'"]
            )
        })

    private static let geometry = TypeFamily(
        "geometry",
        [
            ("POINT", ["ST_GeomFromText('POINT(1 2)')", "ST_GeomFromText('POINT(-1.5 1e300)', 4326)", "NULL"]),
            ("LINESTRING", ["ST_GeomFromText('LINESTRING(0 0, 1 1, 2 2)')", "NULL"]),
            ("POLYGON", ["ST_GeomFromText('POLYGON((0 0,10 0,10 10,0 0))')"]),
            ("GEOMETRY", ["ST_GeomFromText('POINT(1 2)')", "ST_GeomFromText('GEOMETRYCOLLECTION(POINT(1 1))', 7)"]),
            ("MULTIPOINT", ["ST_GeomFromText('MULTIPOINT(1 1, 2 2)')"]),
            ("VARCHAR(10) CHARACTER SET latin1", ["'é'", "'after a geometry'"]),
        ])

    private static let addresses = TypeFamily(
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
            ("INET6", ["'::'", "'::1'", "'2001:db8::ff00:42:8329'", "'::ffff:1.2.3.4'", "NULL"]),
            ("BINARY(16)", ["x'00'", "x'0102030405060708090a0b0c0d0e0f00'"]),
            ("BINARY(4)", ["x'01020300'"]),
        ])

    private static let json = TypeFamily(
        "json",
        [
            ("JSON", ["'{\"a\": 1.50, \"b\": [1,  2]}'", "'\"é\"'", "NULL", "'[]'"]),
            ("LONGTEXT COLLATE utf8mb4_bin", ["'no json'", "''"]),
        ])

    private static let compressed = TypeFamily(
        "compressed columns",
        [
            ("VARCHAR(100) COMPRESSED", ["''", "'a'", "REPEAT('é', 100)", "NULL"]),
            ("VARCHAR(10000) COMPRESSED", ["''", "REPEAT('xyz', 3000)", "NULL"]),
            ("TEXT COMPRESSED", ["''", "REPEAT('text ', 10000)", "'short'"]),
            ("BLOB COMPRESSED", ["x'00'", "REPEAT(x'00', 60000)", "''", "NULL"]),
            ("LONGTEXT COMPRESSED", ["REPEAT('long ', 40000)", "NULL"]),
            ("VARBINARY(500) COMPRESSED", ["REPEAT(x'ff', 500)", "x'0000'"]),
            ("TEXT CHARACTER SET latin1 COMPRESSED", ["REPEAT('é', 5000)"]),
        ])

    private static let generated = TypeFamily(
        "generated and invisible columns",
        [
            ("INT", ["1", "2", "NULL"]),
            ("INT AS (c1 * 2) VIRTUAL", ["DEFAULT"]),
            ("VARCHAR(20) AS (CONCAT('c', c1)) PERSISTENT", ["DEFAULT"]),
            ("TEXT UNIQUE", ["'a'", "'b'", "NULL"]),
            ("INT INVISIBLE DEFAULT 7", ["DEFAULT", "8"]),
        ])
}
