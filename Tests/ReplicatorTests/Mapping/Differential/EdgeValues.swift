/// A table of every column type, filled with the values at which implementations differ. Each type has two columns,
/// `a_NAME` and `b_NAME`, so that an operator meets pairs of values.
enum EdgeValues {
    /// Name, declaration, SQL literals; NULL comes on its own.
    static let columns: [(name: String, type: String, values: [String])] = [
        ("ti", "TINYINT", ["0", "1", "-1", "127", "-128", "5"]),
        ("tu", "TINYINT UNSIGNED", ["0", "1", "255", "7", "128", "2"]),
        ("si", "SMALLINT", ["0", "32767", "-32768", "3", "-7", "1000"]),
        ("mu", "MEDIUMINT UNSIGNED", ["0", "16777215", "1", "9", "65536"]),
        ("i", "INT", ["0", "1", "-1", "2147483647", "-2147483648", "10", "-3"]),
        ("iu", "INT UNSIGNED", ["0", "1", "4294967295", "3", "100"]),
        (
            "b", "BIGINT",
            [
                "0", "-1", "1", "9223372036854775807", "-9223372036854775808", "-9223372036854775807", "20240229",
                "9007199254740993",
            ]
        ),
        (
            "bu", "BIGINT UNSIGNED",
            ["0", "1", "18446744073709551615", "9223372036854775808", "9223372036854775807", "18446744073709551614"]
        ),
        ("d", "DECIMAL(10,2)", ["0", "0.5", "-0.5", "99999999.99", "-99999999.99", "1.25", "-10.10", "0.01"]),
        ("d0", "DECIMAL(5,0)", ["0", "1", "-1", "99999", "-99999", "3"]),
        (
            "dw", "DECIMAL(65,30)",
            [
                "0", "99999999999999999999999999999999999.999999999999999999999999999999",
                "-99999999999999999999999999999999999.999999999999999999999999999999",
                "0.000000000000000000000000000001", "1.5", "-2.25", "123456789012345678901234567890.5",
            ]
        ),
        (
            "dn", "DECIMAL(65,0)",
            [
                "0", "1", "-1", "99999999999999999999999999999999999999999999999999999999999999999",
                "9223372036854775808",
            ]
        ),
        (
            "ds", "DECIMAL(38,38)",
            ["0", "0.5", "-0.99999999999999999999999999999999999999", "0.00000000000000000000000000000000000001"]
        ),
        ("f", "FLOAT", ["0", "1.5", "-0.1", "3.4e38", "1e-38", "16777216", "123456.7"]),
        (
            "db", "DOUBLE",
            [
                "0", "-0.0", "0.1", "-1.5", "1.7976931348623157e308", "-1.7976931348623157e308",
                "2.2250738585072014e-308", "1e16", "123456789012345680", "1e15", "0.00001", "1e-15", "2.5",
                "9223372036854775807",
            ]
        ),
        (
            "v", "VARCHAR(60) COLLATE utf8mb4_general_ci",
            [
                "''", "'a'", "'A'", "'a '", "'ab'", "'é'", "'E'", "'ß'", "'s'", "'ж'", "'Ж'", "'😀'", "'😁'", "'12'",
                "' 12.50abc'",
                "'-1e2'", "'9223372036854775808'", "'a%b_c'", "'2024-02-29'", "'2024-02-29 23:59:59.123456'", "'a\\t'",
                "'İıſK'",
            ]
        ),
        (
            "vb", "VARCHAR(60) COLLATE utf8mb4_bin",
            ["''", "'a'", "'A'", "'a '", "'é'", "'ж'", "'😀'", "'0'", "'1.5'", "'abc'", "'ABC'"]
        ),
        (
            "v3", "VARCHAR(60) CHARACTER SET utf8mb3 COLLATE utf8mb3_general_ci",
            ["''", "'a'", "'É'", "'ж'", "'10'", "'Abc'"]
        ),
        (
            "l", "VARCHAR(60) CHARACTER SET latin1",
            ["''", "'a'", "'A '", "'é'", "'E'", "'ß'", "'ÿ'", "'€'", "'15'", "'ü'", "'Y'"]
        ),
        ("c", "CHAR(10) CHARACTER SET latin1 COLLATE latin1_bin", ["''", "'a'", "'A'", "'é'", "'7'"]),
        ("cy", "VARCHAR(20) CHARACTER SET cp1251", ["''", "'ж'", "'abc'", "'1'"]),
        ("as", "VARCHAR(20) CHARACTER SET ascii", ["''", "'abc'", "'ABC'", "'3 apples'"]),
        (
            "tx", "TEXT COLLATE utf8mb4_general_ci",
            ["''", "'long text'", "'Long Text  '", "'0x10'", "'1e400'", "'.5'", "'-'"]
        ),
        ("bi", "VARBINARY(40)", ["''", "'a'", "'A'", "'a '", "x'00ff'", "x'e9'", "'5'"]),
        ("bn", "BINARY(4)", ["''", "'a'", "x'00'", "x'ffffffff'", "'12'"]),
        (
            "da", "DATE",
            ["'0000-00-00'", "'1000-01-01'", "'9999-12-31'", "'2024-02-29'", "'2024-00-00'", "'2024-02-00'"]
        ),
        (
            "dm", "DATETIME",
            [
                "'0000-00-00 00:00:00'", "'2024-02-29 23:59:59'", "'9999-12-31 23:59:59'", "'2024-02-29 00:00:00'",
                "'2024-00-00 10:00:00'",
            ]
        ),
        (
            "d6", "DATETIME(6)",
            [
                "'0000-00-00 00:00:00'", "'2024-02-29 23:59:59.999999'", "'1970-01-01 00:00:00.000001'",
                "'2024-02-29 00:00:00.5'",
            ]
        ),
        ("ts", "TIMESTAMP NULL", ["0", "'1970-01-01 00:00:01'", "'2038-01-19 03:14:07'", "'2024-02-29 23:59:59'"]),
        ("t3", "TIMESTAMP(3) NULL", ["0", "'1970-01-01 00:00:01.001'", "'2024-02-29 23:59:59.999'"]),
        ("tm", "TIME", ["'00:00:00'", "'838:59:59'", "'-838:59:59'", "'12:34:56'", "'-00:00:01'", "'23:59:59'"]),
        (
            "t6", "TIME(6)",
            ["'00:00:00'", "'838:59:59.999999'", "'-838:59:59.999999'", "'12:34:56.5'", "'-00:00:00.000001'"]
        ),
        ("y", "YEAR", ["0", "1901", "2155", "2024", "1970"]),
        ("bt", "BIT(5)", ["0", "1", "31", "10"]),
        ("bl", "BIT(64)", ["0", "1", "18446744073709551615", "65"]),
        (
            "e", "ENUM('draft','Ordered','sh''ipped','10') COLLATE utf8mb4_general_ci",
            ["'draft'", "'Ordered'", "'sh''ipped'", "'10'", "0"]
        ),
        ("st", "SET('a','b','c') COLLATE utf8mb4_general_ci", ["''", "'a'", "'a,c'", "'a,b,c'", "'b'"]),
    ]

    static var createTable: String {
        let definitions = columns.flatMap { ["a_\($0.name) \($0.type)", "b_\($0.name) \($0.type)"] }
        return "CREATE TABLE edge (id INT PRIMARY KEY, \(definitions.joined(separator: ", "))) DEFAULT CHARSET utf8mb4"
    }

    /// Enough rows that two types with up to eight values each meet in all pairs, and all values of others come.
    static func inserts() -> [String] {
        let rows = (0..<207).map { row in
            let values = columns.flatMap { column in
                [value(of: column.values, at: row), value(of: column.values, at: row / 9)]
            }
            return "(\(row), \(values.joined(separator: ", ")))"
        }
        return stride(from: 0, to: rows.count, by: 50).map { start in
            "INSERT INTO edge VALUES " + rows[start..<min(start + 50, rows.count)].joined(separator: ", ")
        }
    }

    private static func value(of values: [String], at index: Int) -> String {
        let position = index % (values.count + 1)
        return position == values.count ? "NULL" : values[position]
    }
}
