import BinlogReader
import Rows
import Testing

@testable import Replicator

@Suite struct SchemaChangePolicyTests {
    private func isStopped(
        at text: String, mapping: String? = nil, unmapped: Configuration.Sink.Unmapped = .copy, isKeyed: Bool = true
    ) throws -> Bool {
        let views = try mapping.map { try MappingFile.parse(path: "m.sql", text: $0).views } ?? []
        let plan = TargetPlan(
            views: views, unmapped: unmapped, tables: try TablePatterns("shop.*"), lanes: 1, isKeyed: isKeyed, sink: "s"
        )
        let position = BinlogPosition(file: "binlog.000001", offset: 500)
        let statement = Statement(
            position: position, start: position, next: position, gtid: nil, database: "shop", text: text,
            headerMicroseconds: 0)
        return SchemaChangePolicy(plan: plan).reasonToStop(at: statement) != nil
    }

    @Test func `a new column stops where the target has all of them, and not where they are named`() throws {
        let statement = "ALTER TABLE orders ADD COLUMN a INT DEFAULT 5"
        #expect(try isStopped(at: statement))
        #expect(try isStopped(at: statement, mapping: "CREATE VIEW v AS SELECT * FROM shop.orders"))
        #expect(
            try isStopped(
                at: statement,
                mapping: """
                    CREATE VIEW v AS SELECT id FROM shop.orders;
                    CREATE VIEW w AS SELECT *, 1 AS x FROM shop.orders
                    """))
        #expect(try !isStopped(at: statement, mapping: "CREATE VIEW v AS SELECT id FROM shop.orders"))
        #expect(try !isStopped(at: statement, mapping: "CREATE VIEW v AS SELECT * FROM shop.other", unmapped: .ignore))
        #expect(try !isStopped(at: statement, isKeyed: false))
    }

    @Test(arguments: [
        "TRUNCATE TABLE SHOP.Orders", "DROP DATABASE Shop", "ALTER TABLE SHOP.ORDERS ADD a INT",
        "ALTER TABLE old.fresh RENAME TO shop.orders", "ALTER TABLE old.o EXCHANGE PARTITION p WITH TABLE orders",
        "ALTER IGNORE TABLE orders ADD UNIQUE (a)",
    ])
    func `whatever changes rows of a replicated table stops`(text: String) throws {
        #expect(try isStopped(at: text))
    }

    @Test(arguments: [
        "TRUNCATE TABLE old.orders", "ALTER TABLE old.a RENAME TO old.b", "CREATE TABLE shop.new (id INT)",
        "ALTER TABLE old.o EXCHANGE PARTITION p WITH TABLE old.p",
    ])
    func `what does not flows past`(text: String) throws {
        #expect(try !isStopped(at: text))
    }
}
