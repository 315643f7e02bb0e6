import Testing

@testable import Replicator

/// An expression in parentheses that show how it was read.
private func reading(_ text: String) throws -> String {
    let file = try MappingFile.parse(path: "m.sql", text: "CREATE VIEW v AS SELECT \(text) AS x FROM d.t")
    guard case .expression(let expression, _) = file.views[0].items[0].kind else { return "*" }
    return show(expression)
}

private func show(_ expression: Expression) -> String {
    func not(_ negated: Bool) -> String { negated ? "NOT " : "" }
    switch expression.kind {
    case .column(let column):
        return [column.database, column.table, column.name].compactMap { $0 }.joined(separator: ".")
    case .input(let input): return input.rawValue
    case .literal(let literal): return show(literal)
    case .negate(let value): return "(-\(show(value)))"
    case .not(let value): return "(NOT \(show(value)))"
    case .arithmetic(let operation, let left, let right): return "(\(show(left)) \(operation.rawValue) \(show(right)))"
    case .comparison(let operation, let left, let right): return "(\(show(left)) \(operation.rawValue) \(show(right)))"
    case .logic(let operation, let left, let right): return "(\(show(left)) \(operation.rawValue) \(show(right)))"
    case .test(let value, let truth, let negated): return "(\(show(value)) IS \(not(negated))\(truth.rawValue))"
    case .inList(let value, let list, let negated):
        return "(\(show(value)) \(not(negated))IN [\(list.map(show).joined(separator: ", "))])"
    case .between(let value, let low, let high, let negated):
        return "(\(show(value)) \(not(negated))BETWEEN \(show(low)) AND \(show(high)))"
    case .like(let value, let pattern, let escape, let negated):
        return "(\(show(value)) \(not(negated))LIKE \(show(pattern))\(escape.map { " ESCAPE \(show($0))" } ?? ""))"
    case .choice(let operand, let branches, let otherwise):
        let text = branches.map { "WHEN \(show($0.when)) THEN \(show($0.then)) " }.joined()
        return "CASE \(operand.map { show($0) + " " } ?? "")\(text)\(otherwise.map { "ELSE \(show($0)) " } ?? "")END"
    case .cast(let value, let target): return "CAST(\(show(value)) AS \(target))"
    case .collate(let value, let name, _): return "(\(show(value)) COLLATE \(name))"
    case .function(let name, let arguments): return "\(name)(\(arguments.map(show).joined(separator: ", ")))"
    }
}

private func show(_ literal: Literal) -> String {
    switch literal {
    case .null: "NULL"
    case .boolean(let value): value ? "TRUE" : "FALSE"
    case .integer(let digits): digits
    case .decimal(let digits): digits + "d"
    case .float(let digits): digits + "f"
    case .string(let text): "'\(text)'"
    case .binary(let bytes): "x\(bytes)"
    case .hexadecimal(let bytes): "0x\(bytes)"
    case .temporal(let kind, let text): "\(kind.rawValue)'\(text)'"
    }
}

@Suite struct ParserTests {
    @Test(arguments: [
        ("a + b * c - d", "((a + (b * c)) - d)"),
        ("-a * b", "((-a) * b)"),
        ("a - -1", "(a - (-1))"),
        ("a--1", "(a - (-1))"),
        ("a DIV b % c MOD d / e", "((((a DIV b) % c) % d) / e)"),
        ("NOT a = b", "(NOT (a = b))"),
        ("! a = b", "((NOT a) = b)"),
        ("NOT NOT a AND b", "((NOT (NOT a)) AND b)"),
        ("a OR b XOR c AND d", "(a OR (b XOR (c AND d)))"),
        ("a || b && c", "(a OR (b AND c))"),
        ("a = b IS NULL", "((a = b) IS NULL)"),
        ("a IS NULL = b", "((a IS NULL) = b)"),
        ("a IS NOT TRUE IS FALSE", "((a IS NOT TRUE) IS FALSE)"),
        ("a < b < c", "((a < b) < c)"),
        ("a <=> b != c <> d", "(((a <=> b) <> c) <> d)"),
        ("a IS UNKNOWN", "(a IS UNKNOWN)"),
        ("a BETWEEN b AND c AND d", "((a BETWEEN b AND c) AND d)"),
        ("a NOT BETWEEN 1 AND 2 + 3", "(a NOT BETWEEN 1 AND (2 + 3))"),
        ("a BETWEEN b AND c LIKE d", "(a BETWEEN b AND (c LIKE d))"),
        ("a IN (1, 'x', NULL) = 1", "((a IN [1, 'x', NULL]) = 1)"),
        ("NOT a IN (1)", "(NOT (a IN [1]))"),
        ("a NOT LIKE 'x!%' ESCAPE '!' OR b", "((a NOT LIKE 'x!%' ESCAPE '!') OR b)"),
        ("BINARY a = b", "(CAST(a AS binary(length: nil)) = b)"),
        ("a COLLATE utf8mb4_bin = 'b'", "((a COLLATE utf8mb4_bin) = 'b')"),
        ("-a COLLATE \"latin1_bin\"", "(-(a COLLATE latin1_bin))"),
        ("CASE a WHEN 1 THEN b WHEN 2 THEN c ELSE d END + 1", "(CASE a WHEN 1 THEN b WHEN 2 THEN c ELSE d END + 1)"),
        ("CASE WHEN a THEN b END", "CASE WHEN a THEN b END"),
        ("if(a, b, c)", "IF(a, b, c)"),
        ("MOD(a, b)", "MOD(a, b)"),
        ("substring(a FROM 2 FOR 3)", "SUBSTRING(a, 2, 3)"),
        ("MID(a FROM 2)", "MID(a, 2)"),
        ("Substr(a, 2, 3)", "SUBSTR(a, 2, 3)"),
        ("d.t.a + t.b + `c`", "((d.t.a + t.b) + c)"),
        ("t.order", "t.order"),
        ("\"a \"\"b\"\" c\"", "a \"b\" c"),
        ("`_op` = _op", "(_op = _op)"),
        ("CAST(a AS SIGNED INTEGER)", "CAST(a AS signed)"),
        ("CAST(a AS unsigned)", "CAST(a AS unsigned)"),
        ("CAST(a AS DECIMAL)", "CAST(a AS decimal(precision: 10, scale: 0))"),
        ("CAST(a AS DECIMAL(5))", "CAST(a AS decimal(precision: 5, scale: 0))"),
        ("CONVERT(a, DATETIME(3))", "CAST(a AS dateTime(fractionDigits: 3))"),
        ("CAST(a AS CHAR(5))", "CAST(a AS char(length: Optional(5)))"),
        ("CAST(a AS DOUBLE PRECISION)", "CAST(a AS double)"),
    ])
    func `operators bind as on the server`(text: String, expected: String) throws {
        #expect(try reading(text) == expected)
    }

    @Test(arguments: [
        ("12", "12"), ("18446744073709551616", "18446744073709551616"), ("1.", "1.d"), (".5", ".5d"),
        ("1.50", "1.50d"), ("1e3", "1e3f"), ("1.5E-3", "1.5E-3f"), (".5e+1", ".5e+1f"),
        ("'it''s'", "'it's'"), ("'a' 'b'\n'c'", "'abc'"), ("'\\n\\t\\\\\\'\\x'", "'\n\t\\'x'"),
        ("'a\\%b\\_c'", "'a\\%b\\_c'"), ("'a -- b /* c */ #'", "'a -- b /* c */ #'"), ("''", "''"),
        ("x'0Fff'", "x[15, 255]"), ("0x0", "0x[0]"), ("0xfff", "0x[15, 255]"), ("X''", "x[]"),
        ("b'101'", "0x[5]"), ("0b100000001", "0x[1, 1]"), ("b''", "0x[]"),
        ("TRUE", "TRUE"), ("false", "FALSE"), ("NULL", "NULL"),
        ("DATE '2024-02-29'", "DATE'2024-02-29'"),
        ("timestamp'2024-02-29 01:02:03.5'", "TIMESTAMP'2024-02-29 01:02:03.5'"),
        ("/* x */ 1 -- y\n + # z\n 2", "(1 + 2)"),
    ])
    func `literals and comments are read as on the server`(text: String, expected: String) throws {
        #expect(try reading(text) == expected)
    }

    @Test func `a file holds several views, with or without databases and a last semicolon`() throws {
        let file = try MappingFile.parse(
            path: "m.sql",
            text: """
                -- first
                CREATE VIEW dw.orders AS SELECT * FROM shop.orders;
                ;
                create or replace view "two words" as select id, name n, 1 + 1 as `x` from `shop`.`it``s` AS o where o.id > 1
                """)
        #expect(file.views.map(\.database) == ["dw", nil])
        #expect(file.views.map(\.name) == ["orders", "two words"])
        #expect(file.views[0].text == "CREATE VIEW dw.orders AS SELECT * FROM shop.orders")
        #expect(file.views[1].location == "m.sql:4:24")
        #expect(file.views[1].matches(database: "shop", table: "it`s"))
        #expect(!file.views[1].matches(database: "shop", table: "orders"))
    }

    @Test func `the mapping version does not depend on comments, spaces or order, and does on everything else`() throws
    {
        func version(_ text: String) throws -> String {
            ViewDefinition.mappingVersion(of: try MappingFile.parse(path: "m.sql", text: text).views)
        }
        let one = "CREATE VIEW v AS SELECT a FROM d.t WHERE a = 'x y';"
        let two = "CREATE VIEW w AS SELECT a FROM d.t;"
        #expect(
            try version(one + two)
                == version(two + "-- c\n" + one.split(separator: " a ").joined(separator: " /**/ a\n")))
        #expect(try version(one) != version(two))
        #expect(try version(one) != version(one + two))
        #expect(try version(one) != version("CREATE VIEW v AS SELECT a FROM d.t WHERE a = 'x  y';"))
        // The same in every process and on every machine.
        #expect(try version(two) == "20a51ab8864593f9")
    }
}
