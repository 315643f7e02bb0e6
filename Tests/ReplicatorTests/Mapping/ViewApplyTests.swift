import Rows
import Testing

@testable import Replicator

/// What a view makes of inserts, updates and deletes.
@Suite struct ViewApplyTests {
    private static let orders = Table(
        database: "shop", name: "orders",
        columns: [
            Column(name: "id", type: .integer(byteCount: 4, unsigned: false), isNullable: false),
            Column(name: "name", type: .text(.utf8mb4), isNullable: true),
            Column(name: "open", type: .integer(byteCount: 1, unsigned: false), isNullable: true),
        ], primaryKey: [0])

    private static let text = """
        CREATE VIEW dw.open_orders AS
        SELECT id, UPPER(name) AS name, open
        FROM shop.orders
        WHERE open > 0;
        """

    typealias Image = (id: Int, name: String, open: Int?)

    private static func view(_ text: String = text) throws -> CompiledView {
        try MappingFile.parse(path: "m.sql", text: text).views[0].compile(source: orders)
    }

    /// A batch of one change, the seventh of its event.
    private static func batch(before: Image?, after: Image?) -> RowBatch {
        var batch = RowBatch(
            table: orders,
            origin: Origin(
                position: BinlogPosition(file: "binlog.000003", offset: 154), gtid: "0-1-100",
                commitMicroseconds: 1_709_251_199_123_456))
        func append(_ image: Image?) -> Int32 {
            guard let image else { return -1 }
            let start = batch.cells.count
            let range = ByteRange(start: UInt32(batch.bytes.count), count: UInt32(image.name.utf8.count))
            batch.bytes += Array(image.name.utf8)
            batch.cells += [.int(Int64(image.id)), .bytes(range), image.open.map { .int(Int64($0)) } ?? .null]
            return Int32(start)
        }
        let (first, second) = (append(before), append(after))
        let operation: Operation = before == nil ? .insert : after == nil ? .delete : .update
        batch.rows = [Row(operation: operation, before: first, after: second, index: 7)]
        return batch
    }

    /// The changes of the target, as `insert id=1 name=A open=1`.
    private static func changes(_ batch: RowBatch?) throws -> [String] {
        guard let batch else { return [] }
        func show(_ image: Int32) throws -> String {
            try batch.table.columns.indices.map { column in
                let cell = batch.cell(column, at: image)
                let name = batch.table.columns[column].name
                switch cell {
                case .null: return "\(name)=NULL"
                case .absent: return "\(name)=?"
                default:
                    var text: [UInt8] = []
                    try ValueText.append(cell, of: batch.table.columns[column].type, in: batch, to: &text)
                    return "\(name)=\(String(decoding: text, as: UTF8.self))"
                }
            }.joined(separator: " ")
        }
        return try batch.rows.map { row in
            #expect(row.index == 7)
            let images = try [row.before, row.after].filter { $0 >= 0 }.map(show)
            return "\(row.operation)\(row.mayBeMissing ? "?" : "") \(images.joined(separator: " -> "))"
        }
    }

    @Test(
        arguments: [
            // before, after, keyed, appended
            (nil, (1, "a", 1), ["insert id=1 name=A open=1"], ["insert id=1 name=A open=1"]),
            (nil, (1, "a", 0), ["delete? id=1 name=? open=0"], []),
            (nil, (1, "a", nil), ["delete? id=1 name=? open=NULL"], []),
            ((1, "a", 1), nil, ["delete? id=1 name=? open=1"], ["delete id=1 name=A open=1"]),
            ((1, "a", 0), nil, ["delete? id=1 name=? open=0"], []),
            (
                (1, "a", 1), (1, "b", 2), ["update id=1 name=? open=1 -> id=1 name=B open=2"],
                ["update id=1 name=A open=1 -> id=1 name=B open=2"]
            ),
            // It leaves; it enters; it was never there.
            ((1, "a", 1), (1, "a", 0), ["delete? id=1 name=? open=1"], ["delete id=1 name=A open=1"]),
            ((1, "a", 0), (1, "a", 1), ["insert id=1 name=A open=1"], ["insert id=1 name=A open=1"]),
            ((1, "a", 0), (1, "b", 0), ["delete? id=1 name=? open=0"], []),
            // The same with a change of key: nothing may stay under either.
            (
                (1, "a", 1), (2, "a", 1), ["update id=1 name=? open=1 -> id=2 name=A open=1"],
                ["update id=1 name=A open=1 -> id=2 name=A open=1"]
            ),
            (
                (1, "a", 1), (2, "a", 0), ["delete? id=1 name=? open=1", "delete? id=2 name=? open=0"],
                ["delete id=1 name=A open=1"]
            ),
            (
                (1, "a", 0), (2, "a", 1), ["delete? id=1 name=? open=0", "insert id=2 name=A open=1"],
                ["insert id=2 name=A open=1"]
            ),
            ((1, "a", 0), (2, "a", 0), ["delete? id=1 name=? open=0", "delete? id=2 name=? open=0"], []),
        ] as [(Image?, Image?, [String], [String])])
    func `rows enter and leave the view`(before: Image?, after: Image?, keyed: [String], appended: [String]) throws {
        let view = try Self.view()
        let batch = Self.batch(before: before, after: after)
        #expect(try Self.changes(view.apply(batch, keyed: true)) == keyed)
        #expect(try Self.changes(view.apply(batch, keyed: false)) == appended)
    }

    @Test func `a WHERE without computed columns copies no cell`() throws {
        let view = try Self.view("CREATE VIEW v AS SELECT open, id FROM shop.orders WHERE open")
        let batch = Self.batch(before: (1, "a", 0), after: (1, "b", 1))
        let result = try #require(try view.apply(batch, keyed: true))
        #expect(result.projection == [2, 0])
        #expect(result.cells.count == batch.cells.count)
        #expect(try Self.changes(result) == ["insert open=1 id=1"])
        #expect(view.usesWholeRow)
        #expect(!view.isPermutation)
    }

    @Test func `the replicator's inputs tell of the change, the operation as the source has it`() throws {
        let view = try Self.view(
            """
            CREATE VIEW v AS SELECT id, _op AS op, _database AS db, _table AS tab, _commit_time AS at, _gtid AS gtid,
            _file AS file, _offset AS off, _row AS row_index, CONCAT(_op, ':', _row) AS mixed FROM "sh*".`orders`
            WHERE open AND _table = 'orders'
            """)
        let batch = Self.batch(before: (1, "a", 0), after: (1, "b", 1))
        #expect(
            try Self.changes(view.apply(batch, keyed: true)) == [
                "insert id=1 op=update db=shop tab=orders at=2024-02-29 23:59:59.123456 gtid=0-1-100 "
                    + "file=binlog.000003 off=154 row_index=7 mixed=update:7"
            ])
        #expect(view.outputs.map(\.dependsOnChange) == [false, true, false, false, true, true, true, true, true, true])
        #expect(view.outputs[2].expression == "'shop'")
        #expect(view.outputs[9].expression == "CONCAT(_op, ':', _row)")
        #expect(view.whereText == "open AND 'orders' = 'orders'")
        #expect(view.output.columns[4].type == .dateTime(fractionDigits: 6))
        #expect(view.output.columns[5].isNullable)
        #expect(!view.output.columns[6].isNullable)
    }

    @Test func `expressions for the server have no qualifiers, and literals for the table's names`() throws {
        let view = try Self.view(
            "CREATE VIEW v AS SELECT o.id, o.open + 1 /* more */ AS n, CONCAT(o.name, _table, 'it''s') AS t "
                + "FROM shop.orders AS o WHERE (o.open) > 0 OR o.`name` = _database")
        #expect(view.outputs[1].expression == "`open` + 1")
        #expect(view.outputs[2].expression == "CONCAT(`name`, 'orders', 'it''s')")
        #expect(view.whereText == "`open` > 0 OR `name` = 'shop'")
    }

    @Test func `an image without a column that is needed ends in an error that names the setting`() throws {
        let view = try Self.view()
        var batch = Self.batch(before: nil, after: (1, "a", 1))
        batch.cells[1] = .absent
        let error = #expect(throws: EvaluationError.self) { try view.apply(batch, keyed: true) }
        #expect(
            error?.description == """
                m.sql:2:18: column name is not in the row image, and name needs it: the source must run with \
                binlog_row_image=FULL (row 7 of shop.orders at binlog.000003:154)
                """)
        batch.cells[2] = .absent
        let other = #expect(throws: EvaluationError.self) { try view.apply(batch, keyed: true) }
        #expect(other?.location == "m.sql:4:7")
    }

    @Test func `a value out of range ends in the server's error, and one that is of no type in one of ours`() throws {
        let view = try Self.view("CREATE VIEW v AS SELECT id, id * 9223372036854775807 AS big FROM shop.orders")
        let error = #expect(throws: EvaluationError.self) {
            try view.apply(Self.batch(before: nil, after: (2, "a", 1)), keyed: true)
        }
        #expect(error?.message == "BIGINT value is out of range in 'id * 9223372036854775807'")
        var batch = Self.batch(before: nil, after: (2, "a", 1))
        batch.cells[0] = .double(1)
        let other = #expect(throws: EvaluationError.self) { try view.apply(batch, keyed: true) }
        #expect(other?.message == "the value of column id is not one of its type")
    }

    @Test func `an evaluation error of a before image does not stop a keyed sink`() throws {
        let view = try Self.view("CREATE VIEW v AS SELECT id, open * 9223372036854775807 AS big FROM shop.orders")
        let batch = Self.batch(before: (1, "a", 2), after: (1, "a", 1))
        #expect(
            try Self.changes(view.apply(batch, keyed: true)) == ["update id=1 big=? -> id=1 big=9223372036854775807"])
        #expect(throws: EvaluationError.self) { try view.apply(batch, keyed: false) }
    }

    @Test func `computed texts that are a column's own bytes are not copied`() throws {
        let view = try Self.view(
            "CREATE VIEW v AS SELECT id, SUBSTRING(name, 2) AS rest, COALESCE(name, '-') AS n FROM shop.orders")
        let result = try #require(try view.apply(Self.batch(before: nil, after: (1, "abc", 1)), keyed: true))
        #expect(result.computed.isEmpty)
        #expect(try Self.changes(result) == ["insert id=1 rest=bc n=abc"])
    }

    @Test(arguments: [
        ("_op = 'insert'", "_op"), ("id > 1 AND _commit_time > '2024-01-01'", "_commit_time"), ("NOT _row", "_row"),
    ])
    func `what changes with each change may not decide which rows the target has`(condition: String, input: String) {
        let error = #expect(throws: MappingError.self) {
            try Self.view("CREATE VIEW v AS SELECT id FROM shop.orders WHERE \(condition)")
        }
        #expect(
            error?.message
                == "\(input) cannot be used in WHERE: whether a row is in the view must not depend on its last change")
    }

    @Test(arguments: [
        (
            "a_uca = 'x'",
            "comparison in the collation utf8mb4_unicode_ci is not supported yet: use COLLATE utf8mb4_bin or CAST(… AS BINARY)"
        ),
        (
            "a_uca LIKE 'x'",
            "comparison in the collation utf8mb4_unicode_ci is not supported yet: use COLLATE utf8mb4_bin or CAST(… AS BINARY)"
        ),
        ("CONCAT(a_gbk, 'x')", "text in gbk (column a_gbk) is not supported in expressions yet"),
        ("a_uuid = 'x'", "columns of type UUID are not supported in expressions yet"),
        ("a_geo IS NULL", "columns of type GEOMETRY are not supported in expressions yet"),
        ("CONCAT(a_enum)", "the collation of a_enum is not known, so it cannot be used in an expression"),
        ("CONCAT(a_text)", "the character set of a_text is not known, so it cannot be used in an expression"),
        ("a_uca COLLATE latin1_bin", "the collation latin1_bin is not one of utf8mb4"),
        ("a_uca COLLATE nothing_ci", "unknown collation nothing_ci"),
        (
            "a_uca COLLATE utf8mb4_bin = a_520 COLLATE utf8mb4_general_ci",
            "these texts have collations that do not go together (utf8mb4_bin, utf8mb4_general_ci): add COLLATE to one of them"
        ),
        ("DATE'2024-02-30'", "incorrect DATE value '2024-02-30'"),
        ("DATE'2024-02-28 10:00:00'", "incorrect DATE value '2024-02-28 10:00:00'"),
        ("CAST(a_time AS DATETIME)", "CAST of a TIME to a date is not supported: the server takes today's date for it"),
        ("a_uca COLLATE utf8mb4_bin LIKE 'x' ESCAPE 'ab'", "ESCAPE must be one character"),
        ("a_uca COLLATE utf8mb4_bin LIKE 'x' ESCAPE a_uca", "ESCAPE must be a constant"),
    ])
    func `what cannot be exact is refused by name`(expression: String, message: String) {
        let table = Table(
            database: "d", name: "t",
            columns: [
                Column(name: "a_uca", type: .text(Collation(id: 224)), isNullable: true),
                Column(name: "a_520", type: .text(Collation(id: 246)), isNullable: true),
                Column(name: "a_gbk", type: .text(Collation(id: 28)), isNullable: true),
                Column(name: "a_uuid", type: .uuid, isNullable: true),
                Column(name: "a_geo", type: .geometry, isNullable: true),
                Column(name: "a_enum", type: .enumeration(labels: ["a"]), isNullable: true),
                Column(name: "a_text", type: .text(.unknown), isNullable: true),
                Column(name: "a_time", type: .time(fractionDigits: 0), isNullable: true),
            ], primaryKey: [])
        let error = #expect(throws: MappingError.self) {
            try MappingFile.parse(path: "m.sql", text: "CREATE VIEW v AS SELECT \(expression) AS x FROM d.t").views[0]
                .compile(source: table)
        }
        #expect(error?.message == message)
    }

    private static func error(
        _ view: String, name: String, keyed: Bool = true, limits: ComputedLimits
    ) throws -> EvaluationError? {
        let view = try Self.view(view)
        let batch = Self.batch(before: nil, after: (1, name, 1))
        do throws(EvaluationError) {
            _ = try view.apply(batch, keyed: keyed, limits: limits)
            return nil
        } catch {
            return error
        }
    }

    @Test(arguments: [
        "CONCAT(name, name)", "CONCAT('', CONCAT(name, '', name))", "UPPER(CONCAT(name, name))",
        "IF(LENGTH_OF, 1, 0)", "CAST(name AS BINARY(20))", "SUBSTRING(CONCAT(name, name), 1, 1)",
    ])
    func `a text beyond the limit is an error that names view, column and position`(expression: String) throws {
        let expression = expression.replacing("LENGTH_OF", with: "CONCAT(name, name) = 'a'")
        let view = "CREATE VIEW dw.v AS\nSELECT id, \(expression) AS long_one FROM shop.orders;"
        #expect(try Self.error(view, name: "1234567", limits: ComputedLimits(textByteCount: 20)) == nil)
        let error = try #require(try Self.error(view, name: "12345678", limits: ComputedLimits(textByteCount: 15)))
        let text = "\(error)"
        #expect(text.hasPrefix("m.sql:2:12: "), "\(text)")
        #expect(text.contains("of the view v makes a text of more than 1 GiB") && text.contains(" AS long_one"))
        #expect(text.hasSuffix("(row 7 of shop.orders at binlog.000003:154)"))
        #expect(!text.contains("12345678"))
    }

    @Test func `a text beyond the limit in WHERE is an error, not a row that is not there`() throws {
        let view = "CREATE VIEW v AS SELECT id, open FROM shop.orders WHERE CONCAT(name, name) <> 'x';"
        #expect(try Self.error(view, name: "1234567", limits: ComputedLimits(textByteCount: 14)) == nil)
        #expect(try Self.error(view, name: "12345678", limits: ComputedLimits(textByteCount: 15)) != nil)
    }

    @Test func `more computed bytes than a batch can hold are an error`() throws {
        let view =
            "CREATE VIEW v AS SELECT id, UPPER(name) AS a, LOWER(name) AS b, CONCAT(name, '') AS c FROM shop.orders;"
        #expect(try Self.error(view, name: "12345678", limits: ComputedLimits(totalByteCount: 24)) == nil)
        let error = try #require(try Self.error(view, name: "12345678", limits: ComputedLimits(totalByteCount: 23)))
        #expect(error.message.contains("more than 4 GiB") && error.position.offset == 154)
    }

    /// What no server stores, and a damaged or forged log may have.
    @Test(arguments: [Cell.double(.nan), .double(.infinity), .double(-.infinity), .float(.nan), .float(.infinity)])
    func `a number that is none is an error and no trap`(cell: Cell) throws {
        let isFloat = if case .float = cell { true } else { false }
        let table = Table(
            database: "shop", name: "weights",
            columns: [
                Column(name: "id", type: .integer(byteCount: 4, unsigned: false), isNullable: false),
                Column(name: "w", type: isFloat ? .float : .double, isNullable: true),
            ], primaryKey: [0])
        var batch = RowBatch(
            table: table,
            origin: Origin(position: BinlogPosition(file: "b.1", offset: 4), gtid: nil, commitMicroseconds: 0))
        batch.cells = [.int(1), cell]
        batch.rows = [Row(operation: .insert, before: -1, after: 0, index: 0)]
        for expression in [
            "CAST(w AS SIGNED)", "CAST(w AS UNSIGNED)", "CAST(w AS DECIMAL(10,2))", "CONCAT(w, '')", "w + 1", "w % 3",
            "CAST(w AS DATETIME)", "CAST(w AS TIME)", "CAST(w AS FLOAT)", "w DIV 2", "COALESCE(w, 1)",
            "SUBSTRING('a', w)",
        ] {
            let view = try MappingFile.parse(
                path: "m.sql", text: "CREATE VIEW v AS SELECT id, \(expression) AS x FROM shop.weights"
            ).views[0].compile(source: table)
            let error = #expect(throws: EvaluationError.self, "\(expression)") { try view.apply(batch, keyed: true) }
            #expect(error?.description.contains("the value of column w is not one of its type") == true)
        }
    }
}
