import Rows
import Synchronization
import Testing

@testable import Replicator

private let orders = Table(
    database: "shop", name: "orders",
    columns: [
        Column(name: "id", type: .integer(byteCount: 4, unsigned: true), isNullable: false),
        Column(name: "Customer", type: .text(.utf8mb4), isNullable: true),
        Column(name: "amount", type: .decimal(precision: 10, scale: 2), isNullable: true),
        Column(name: "_note", type: .text(.utf8mb4), isNullable: true),
    ], primaryKey: [0])

private func compile(_ text: String) throws -> CompiledView {
    try MappingFile.parse(path: "m.sql", text: text).views[0].compile(source: orders)
}

private func problem(_ text: String) -> String {
    do {
        _ = try compile(text)
        return "no error"
    } catch {
        return "\(error)"
    }
}

@Suite struct ViewCompileTests {
    @Test func `a view picks, renames and reorders, and keeps the key`() throws {
        let view = try compile("CREATE VIEW dw.fact AS SELECT amount, customer AS who, `ID` order_id FROM shop.orders")
        #expect(view.isPermutation)
        #expect(!view.usesWholeRow)
        #expect(view.output.database == "dw")
        #expect(view.output.name == "fact")
        #expect(view.output.columns.map(\.name) == ["amount", "who", "order_id"])
        #expect(
            view.output.columns.map(\.type) == [orders.columns[2].type, orders.columns[1].type, orders.columns[0].type])
        #expect(view.output.columns.map(\.isNullable) == [true, true, false])
        #expect(view.output.primaryKey == [2])
        #expect(view.droppedKeyColumns.isEmpty)
        #expect(view.outputs.map(\.sourceColumn) == [2, 1, 0])
        #expect(view.outputs.map(\.expression) == ["`amount`", "`Customer`", "`id`"])
    }

    @Test func `a star stands for all columns of the source`() throws {
        let view = try compile("CREATE VIEW v AS SELECT *, id AS again FROM shop.orders")
        #expect(view.output.columns.map(\.name) == ["id", "Customer", "amount", "_note", "again"])
        #expect(view.output.primaryKey == [0])
        #expect(view.output.database == "")
    }

    @Test func `a view that drops a part of the key has none, and names what it drops`() throws {
        let view = try compile("CREATE VIEW v AS SELECT amount FROM shop.orders")
        #expect(view.output.primaryKey.isEmpty)
        #expect(view.droppedKeyColumns == ["id"])
    }

    @Test func `columns may be qualified by the table or its alias`() throws {
        #expect(try compile("CREATE VIEW v AS SELECT orders.id FROM shop.orders").outputs[0].sourceColumn == 0)
        #expect(try compile("CREATE VIEW v AS SELECT shop.orders.id FROM shop.orders").outputs[0].sourceColumn == 0)
        #expect(try compile("CREATE VIEW v AS SELECT o.id FROM shop.orders AS o").outputs[0].sourceColumn == 0)
        #expect(try compile("CREATE VIEW v AS SELECT `_note` FROM shop.orders").outputs[0].sourceColumn == 3)
        #expect(
            problem("CREATE VIEW v AS SELECT orders.id FROM shop.orders o")
                == """
                m.sql:1:25: error: unknown table orders: the view reads shop.orders
                CREATE VIEW v AS SELECT orders.id FROM shop.orders o
                                        ^~~~~~~~~
                """)
    }

    @Test func `an unknown column is named, with what it may have been meant to be`() {
        #expect(
            problem("CREATE VIEW v AS\nSELECT id,\n  custmoer AS who\nFROM shop.orders")
                == """
                m.sql:3:3: error: unknown column custmoer in shop.orders; did you mean Customer?
                  custmoer AS who
                  ^~~~~~~~
                """)
        #expect(
            problem("CREATE VIEW v AS SELECT price FROM shop.orders")
                == """
                m.sql:1:25: error: unknown column price in shop.orders
                CREATE VIEW v AS SELECT price FROM shop.orders
                                        ^~~~~
                """)
    }

    @Test(arguments: [
        ("id, ID", "m.sql:1:29: error: duplicate column ID"),
        ("id, amount AS Id", "m.sql:1:39: error: duplicate column Id"),
        ("*, amount", "m.sql:1:28: error: duplicate column amount"),
        ("id + 1", "m.sql:1:25: error: a computed column needs a name: … AS name"),
        ("id AS _key", "m.sql:1:31: error: the output _key is not supported yet"),
        (
            "id AS _nokey",
            "m.sql:1:31: error: unknown output _nokey: names with a leading underscore talk to the replicator; "
                + "a column of this name is written `_nokey`"
        ),
    ])
    func `a SELECT list that makes no table is refused`(list: String, message: String) {
        let text = problem("CREATE VIEW v AS SELECT \(list) FROM shop.orders")
        #expect(text.split(separator: "\n").first.map(String.init) == message)
    }

    @Test func `a permutation copies no cell`() throws {
        let view = try compile("CREATE VIEW v AS SELECT amount, id FROM shop.orders")
        var batch = RowBatch(
            table: orders,
            origin: Origin(position: BinlogPosition(file: "b.1", offset: 4), gtid: nil, commitMicroseconds: 0))
        batch.cells = [.uint(7), .null, .null, .absent]
        batch.rows = [Row(operation: .insert, before: -1, after: 0, index: 5)]
        let result = try #require(try view.apply(batch, keyed: true))
        #expect(result.table === view.output)
        #expect(result.projection == [2, 0])
        #expect(result.rows[0].index == 5)
        guard case .uint(7) = result.cell(1, at: 0) else {
            Issue.record("the key is not where the view puts it")
            return
        }
    }

    // MARK: - Depth

    /// A sum of `terms` in parentheses, `levels` deep.
    private func nested(levels: Int, terms: Int) -> String {
        let sum = String(repeating: " + 1", count: terms - 1)
        return String(repeating: "(", count: levels) + "id" + String(repeating: "\(sum))", count: levels)
    }

    @Test(arguments: [(99, 500), (90, 8), (3, 201)])
    func `expressions that would take more stack than there is are refused`(levels: Int, terms: Int) {
        let text = nested(levels: levels, terms: terms)
        let message = problem("CREATE VIEW v AS SELECT id, \(text) AS x FROM shop.orders")
        #expect(message.contains("an expression of more than 600 levels is not supported"), "\(message.prefix(200))")
    }

    @Test func `a chain of collations has an end`() {
        let chain = String(repeating: " COLLATE utf8mb4_bin", count: 100_000)
        let message = problem("CREATE VIEW v AS SELECT id, 'a'\(chain) AS x FROM shop.orders")
        #expect(message.contains("too many collations"), "\(message.prefix(200))")
    }

    @Test(arguments: [(1, 500), (99, 6), (5, 119)])
    func `the deepest expressions are evaluated`(levels: Int, terms: Int) {
        expect(nested(levels: levels, terms: terms), is: .uint(UInt64(5 + levels * (terms - 1))))
    }

    @Test func `the deepest of other kinds are evaluated`() {
        let ors = (0..<500).map { "id = \($0 + 6)" }.joined(separator: " OR ")
        expect(ors, is: .int(0))
        let casts = String(repeating: "CAST(", count: 99) + "id" + String(repeating: " AS SIGNED)", count: 99)
        expect(casts, is: .int(5))
        let cases = String(repeating: "CASE WHEN id = 5 THEN ", count: 99) + "id" + String(repeating: " END", count: 99)
        expect(cases, is: .uint(5))
        expect(String(repeating: "- ", count: 98) + "id", is: .int(5))
    }

    /// Evaluates an expression over a row with the id 5.
    private func expect(_ expression: String, is expected: Cell) {
        let text = "CREATE VIEW v AS SELECT id, \(expression) AS x FROM shop.orders"
        let results = Mutex<[String]>([])
        // On a thread like those of the pipelines: one of the tests' own has a small stack.
        let thread = WorkerThread(name: "lane") {
            let result: String
            do {
                let view = try compile(text)
                var batch = RowBatch(
                    table: view.source,
                    origin: Origin(position: BinlogPosition(file: "b.1", offset: 4), gtid: nil, commitMicroseconds: 0))
                batch.cells = ContiguousArray(view.source.columns.map { $0.name == "id" ? .uint(5) : .null })
                batch.rows = [Row(operation: .insert, before: -1, after: 0, index: 0)]
                result = "\(try view.apply(batch, keyed: true)?.cell(1, at: 0) ?? .null)"
            } catch {
                result = "\(error)"
            }
            results.withLock { $0.append(result) }
        }
        #expect(thread.join(within: 60))
        #expect(results.withLock { $0 } == ["\(expected)"], "\(expression.prefix(40))")
    }
}
