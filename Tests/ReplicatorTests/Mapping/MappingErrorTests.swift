import Testing

@testable import Replicator

/// Parses `text` as `m.sql`, and returns the error's rendering.
private func problem(_ text: String) -> String {
    do {
        _ = try MappingFile.parse(path: "m.sql", text: text)
        return "no error"
    } catch {
        return error.description
    }
}

/// The first line of an error over `CREATE VIEW v AS SELECT id, <expression> AS x FROM d.t`, without the place; and
/// what the caret points at.
private func refusal(_ expression: String) -> String {
    let prefix = "CREATE VIEW v AS SELECT id, "
    do {
        _ = try MappingFile.parse(path: "m.sql", text: prefix + expression + " AS x FROM d.t")
        return "no error"
    } catch {
        let start = error.sourceLine.index(error.sourceLine.startIndex, offsetBy: error.column - 1)
        let end = error.sourceLine.index(start, offsetBy: error.length, limitedBy: error.sourceLine.endIndex)
        return "\(error.sourceLine[start..<(end ?? start)]): \(error.message)"
    }
}

@Suite struct MappingErrorTests {
    @Test func `an error shows file, line, column, the line, and a caret`() {
        #expect(
            problem("-- orders\nCREATE VIEW v AS\nSELECT id,\n       SOUNDEX(name) AS code\nFROM shop.orders;\n")
                == """
                m.sql:4:8: error: the function SOUNDEX is not supported yet
                       SOUNDEX(name) AS code
                       ^~~~~~~
                """)
    }

    @Test func `tabs before the caret stay tabs, and characters beyond ASCII count as one`() {
        #expect(
            problem("CREATE VIEW v AS SELECT\n\t'é€😀' + @x AS y FROM d.t")
                == "m.sql:2:10: error: variables are not supported in a mapping\n\t'é€😀' + @x AS y FROM d.t\n"
                + "\t        ^")
    }

    @Test func `the line of a file with carriage returns is shown without them`() {
        #expect(
            problem("CREATE VIEW v AS\r\nSELECT ? FROM d.t\r\n")
                == "m.sql:2:8: error: parameters are not supported in a mapping\nSELECT ? FROM d.t\n       ^")
    }

    @Test func `an error at the end of the file points behind it`() {
        #expect(
            problem("CREATE VIEW v AS SELECT id")
                == """
                m.sql:1:27: error: expected FROM, not the end of the file
                CREATE VIEW v AS SELECT id
                                          ^
                """)
        #expect(problem("") == "m.sql:1:1: error: no CREATE VIEW in this file\n\n^")
        #expect(problem("-- nothing\n") == "m.sql:2:1: error: no CREATE VIEW in this file\n\n^")
    }

    @Test func `a string, name or comment without its end is named where it begins`() {
        #expect(
            problem("CREATE VIEW v AS SELECT 'a\nFROM d.t").hasPrefix("m.sql:1:25: error: string without closing '"))
        #expect(problem("CREATE VIEW \"v AS").hasPrefix("m.sql:1:13: error: name without closing \""))
        #expect(problem("CREATE VIEW `v AS").hasPrefix("m.sql:1:13: error: name without closing `"))
        #expect(problem("/* CREATE").hasPrefix("m.sql:1:1: error: comment without end"))
    }

    @Test(arguments: [
        ("DROP TABLE t", "m.sql:1:1: error: expected CREATE VIEW, not \"DROP\""),
        ("CREATE TABLE t (a INT)", "m.sql:1:8: error: a mapping holds only views: expected VIEW, not \"TABLE\""),
        (
            "CREATE VIEW order AS",
            "m.sql:1:13: error: \"order\" is a reserved word: as the view's name it must be quoted"
        ),
        (
            "CREATE VIEW v (a) AS",
            "m.sql:1:15: error: a list of column names is not supported: name each column with AS"
        ),
        ("CREATE VIEW v AS SELECT DISTINCT a FROM d.t", "m.sql:1:25: error: DISTINCT is not supported in a mapping"),
        ("CREATE VIEW v AS SELECT t.* FROM d.t", "m.sql:1:27: error: write * alone: a view reads one table"),
        ("CREATE VIEW v AS SELECT a FROM t", "m.sql:1:32: error: the source needs its database: FROM database.t"),
        (
            "CREATE VIEW v AS SELECT a FROM d.t, d.u",
            "m.sql:1:35: error: JOIN is not supported in a mapping: a view reads one table"
        ),
        (
            "CREATE VIEW v AS SELECT a FROM d.t JOIN d.u",
            "m.sql:1:36: error: JOIN is not supported in a mapping: a view reads one table"
        ),
        (
            "CREATE VIEW v AS SELECT a FROM d.t LEFT JOIN d.u",
            "m.sql:1:36: error: JOIN is not supported in a mapping: a view reads one table"
        ),
        ("CREATE VIEW v AS SELECT a FROM (SELECT 1)", "m.sql:1:32: error: a subquery is not supported in a mapping"),
        ("CREATE VIEW v AS SELECT a FROM d.t GROUP BY a", "m.sql:1:36: error: GROUP BY is not supported in a mapping"),
        ("CREATE VIEW v AS SELECT a FROM d.t HAVING a", "m.sql:1:36: error: HAVING is not supported in a mapping"),
        (
            "CREATE VIEW v AS SELECT a FROM d.t WHERE a ORDER BY a",
            "m.sql:1:44: error: ORDER BY is not supported in a mapping"
        ),
        ("CREATE VIEW v AS SELECT a FROM d.t LIMIT 1", "m.sql:1:36: error: LIMIT is not supported in a mapping"),
        ("CREATE VIEW v AS SELECT a FROM d.t UNION SELECT 1", "m.sql:1:36: error: UNION is not supported in a mapping"),
        (
            "CREATE VIEW v AS SELECT a FROM d.t WITH CHECK OPTION",
            "m.sql:1:36: error: WITH CHECK OPTION is not supported in a mapping"
        ),
        ("CREATE VIEW v AS SELECT a FROM d.t; SELECT 1", "m.sql:1:37: error: expected CREATE VIEW, not \"SELECT\""),
        (
            "CREATE VIEW v AS SELECT a FROM d.t x y",
            "m.sql:1:38: error: expected \";\" or the end of the file, not \"y\""
        ),
        (
            "CREATE VIEW v AS SELECT a, FROM d.t",
            "m.sql:1:28: error: \"FROM\" is a reserved word: as a column it must be quoted"
        ),
        (
            "/*!40000 CREATE */ VIEW",
            "m.sql:1:1: error: a server runs what stands in this comment, depending on its version: write it out, or leave it away"
        ),
    ])
    func `what is not a view of one table is refused by name`(text: String, message: String) {
        #expect(problem(text).split(separator: "\n").first.map(String.init) == message)
    }

    @Test(arguments: [
        ("(SELECT 1)", "SELECT: a subquery is not supported in a mapping"),
        ("a IN (SELECT 1)", "SELECT: a subquery is not supported in a mapping"),
        ("EXISTS (SELECT 1)", "EXISTS: a subquery is not supported in a mapping"),
        ("a = ANY (SELECT 1)", "ANY: a subquery is not supported in a mapping"),
        ("COUNT(*)", "COUNT: COUNT is not supported in a mapping: a view's row is made of one row"),
        ("sum(a)", "sum: SUM is not supported in a mapping: a view's row is made of one row"),
        ("NOW()", "NOW: the function NOW is not supported yet"),
        ("CURRENT_TIMESTAMP", "CURRENT_TIMESTAMP: CURRENT_TIMESTAMP is not supported yet"),
        ("a + INTERVAL 1 DAY", "INTERVAL: INTERVAL is not supported yet"),
        ("a | b", "|: the operator | is not supported yet"),
        ("a & b", "&: the operator & is not supported yet"),
        ("a ^ b", "^: the operator ^ is not supported yet"),
        ("a << b", "<<: the operator << is not supported yet"),
        ("~a", "~: the operator ~ is not supported yet"),
        ("a REGEXP 'x'", "REGEXP: REGEXP is not supported yet"),
        ("a NOT RLIKE 'x'", "RLIKE: RLIKE is not supported yet"),
        ("a SOUNDS LIKE 'x'", "SOUNDS: SOUNDS is not supported yet"),
        ("(a, b) = (1, 2)", ",: a row of values is not supported yet"),
        ("@a", "@: variables are not supported in a mapping"),
        ("_utf8mb4'x'", "_utf8mb4: a character set before a string is not supported yet"),
        ("N'x'", "N: N'…' is not supported: strings are UTF-8, write '…'"),
        ("CONVERT(a USING latin1)", "USING: CONVERT … USING is not supported yet"),
        ("CAST(a AS JSON)", "JSON: CAST to JSON is not supported yet"),
        ("CAST(a AS CHAR CHARACTER SET latin1)", "CHARACTER: a character set in CAST is not supported yet"),
        ("CAST(a AS DECIMAL(66))", "DECIMAL: DECIMAL has at most 65 digits"),
        ("CAST(a AS DECIMAL(2,3))", "DECIMAL: DECIMAL(2,3): the scale is larger than the precision"),
        ("CAST(a AS TIME(7))", "7: a time has at most 6 fraction digits"),
        ("IFNULL(a)", "IFNULL(a): IFNULL takes 2 arguments, not 1"),
        ("IF(a, b)", "IF(a, b): IF takes 3 arguments, not 2"),
        ("SUBSTRING(a)", "SUBSTRING(a): SUBSTRING takes 2 or 3 arguments, not 1"),
        ("COALESCE()", "COALESCE(): COALESCE takes at least 1 argument, not 0"),
        ("CASE a END", "END: expected WHEN, not \"END\""),
        ("a IS 1", "1: expected NULL, TRUE, FALSE or UNKNOWN, not \"1\""),
        ("x'abc'", "x'abc': x'…' needs an even number of digits"),
        ("x'ag'", "g: only hexadecimal digits may stand here"),
        ("b'12'", "2: only 0 and 1 may stand here"),
        ("2nd", "2nd: a name that begins with a digit must be quoted"),
        ("1.5x", "1.5x: a name that begins with a digit must be quoted"),
        ("$$$ +", "AS: \"AS\" is a reserved word: as a column it must be quoted"),
        (
            "_now",
            "_now: unknown input _now: there are _op, _database, _table, _commit_time, _gtid, _file, _offset, _row; a column of this name is written `_now`"
        ),
        ("_key", "_key: _key is an output: it can stand only behind AS"),
        ("ROW(1, 2)", "ROW: ROW is not supported yet"),
        ("a -> '$.b'", "->: the operator -> is not supported yet"),
        ("a MEMBER OF (b)", "MEMBER: MEMBER OF is not supported yet"),
        ("a LIKE b LIKE c", "LIKE: expected FROM, not \"LIKE\""),
        ("DATE(a)", "DATE: the function DATE is not supported yet"),
        ("RANK() OVER (ORDER BY a)", "RANK: the function RANK is not supported yet"),
    ])
    func `what a mapping has not is refused by name, where it stands`(expression: String, message: String) {
        #expect(refusal(expression) == message)
    }

    @Test func `expressions nested too deep end in an error, not in a crash`() {
        let open = String(repeating: "(", count: 5_000)
        #expect(refusal(open + "1").contains("nested deeper than"))
        #expect(refusal(String(repeating: "- ", count: 5_000) + "1").contains("nested too deep"))
        #expect(refusal(String(repeating: "NOT ", count: 5_000) + "1").contains("too many NOTs"))
        #expect(refusal("1" + String(repeating: " + 1", count: 5_000)).contains("more than 500 operators in a row"))
        #expect(refusal("1" + String(repeating: " IS NULL", count: 5_000)).contains("too many comparisons"))
        #expect(refusal("1" + String(repeating: " BETWEEN 1 AND 1", count: 5_000)).contains("nested too deep"))
        #expect(
            refusal(String(repeating: "CASE WHEN ", count: 5_000) + "1").contains("nested deeper than"))
    }

    @Test func `every prefix of a mapping file ends in an error or a view, never in a crash`() throws {
        let text = """
            /* c */ CREATE VIEW w.`v` AS SELECT id, -- x
            CASE WHEN a IS NOT NULL THEN 'it''s \\n' ELSE x'0f' END AS "b", CAST(a AS DECIMAL(10,2)) c, DATE'2024-01-01' d
            FROM "s*".t WHERE NOT a BETWEEN 1.5 AND -2e3 OR b NOT LIKE 'a%' ESCAPE '!' && c IN (1, 0b01);
            """
        #expect(try MappingFile.parse(path: "m.sql", text: text).views.count == 1)
        for length in 0..<text.count {
            _ = try? MappingFile.parse(path: "m.sql", text: String(text.prefix(length)))
        }
    }
}
