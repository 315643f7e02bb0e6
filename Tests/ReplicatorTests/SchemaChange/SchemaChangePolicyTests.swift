import BinlogReader
import Rows
import Testing

@testable import Replicator

@Suite struct SchemaChangePolicyTests {
    private func isStopped(
        at text: String, mapping: String? = nil, unmapped: Configuration.Sink.Unmapped = .copy, isKeyed: Bool = true
    ) throws -> Bool {
        try reason(at: text, mapping: mapping, unmapped: unmapped, isKeyed: isKeyed) != nil
    }

    private func reason(
        at text: String, mapping: String? = nil, unmapped: Configuration.Sink.Unmapped = .copy, isKeyed: Bool = true
    ) throws -> PlanError? {
        let views = try mapping.map { try MappingFile.parse(path: "m.sql", text: $0).views } ?? []
        let plan = TargetPlan(
            views: views, unmapped: unmapped, tables: try TablePatterns("shop.*"), lanes: 1, isKeyed: isKeyed, sink: "s"
        )
        let position = BinlogPosition(file: "binlog.000001", offset: 500)
        let statement = Statement(
            position: position, start: position, next: position, gtid: nil, database: "shop", text: text,
            headerMicroseconds: 0)
        return SchemaChangePolicy(plan: plan).reasonToStop(at: statement)
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

    /// The statement, and what its error shows of it.
    @Test(arguments: [
        (
            "ALTER TABLE orders ENGINE=FEDERATED\n  CONNECTION='mysql://u:pw@h/s' COMMENT=\"pw\"",
            "ALTER TABLE orders ENGINE=FEDERATED CONNECTION='…' COMMENT='…'"
        ),
        ("ALTER TABLE `a``b`.orders, -- pw\n ADD x INT /* pw */", "ALTER TABLE `a``b`.orders, ADD x INT"),
        ("ALTER TABLE orders ADD x VARCHAR(20) DEFAULT 'it''s pw', ADD y INT", "VARCHAR(20) DEFAULT '…', ADD y INT"),
        (
            "ALTER TABLE orders MODIFY x BLOB DEFAULT 0x7077, MODIFY y BLOB DEFAULT X'7077'",
            "DEFAULT '…', MODIFY y BLOB DEFAULT X'…'"
        ),
        ("CREATE OR REPLACE TABLE orders SELECT pw AS x", "CREATE OR REPLACE TABLE orders SELECT … --"),
        // One string, or two and a password between them.
        (#"ALTER TABLE orders COMMENT 'a\' CONNECTION='pw'"#, "ALTER TABLE orders COMMENT '…'… --"),
        ("ALTER TABLE orders COMMENT 'pw", "ALTER TABLE orders COMMENT '…' --"),
    ])
    func `an error shows no string of the statement`(text: String, shown: String) throws {
        let excerpt = StatementExcerpt(text).description + " --"
        #expect(excerpt.contains(shown), "\(excerpt)")
        #expect(!excerpt.contains("pw") && !excerpt.contains("7077"), "\(excerpt)")
        if text.contains("TABLE orders") {
            let error = try #require(try reason(at: text)).description
            #expect(error.contains(shown.replacing(" --", with: "")) && !error.contains("pw"), "\(error)")
        }
    }

    @Test func `a long statement is shown as its beginning`() {
        let text = "ALTER TABLE orders " + (0..<100).map { "ADD c\($0) INT" }.joined(separator: ", ")
        let excerpt = StatementExcerpt(text).description
        #expect(excerpt.count == 200 && excerpt.last == "…")
        #expect(excerpt.hasPrefix("ALTER TABLE orders ADD c0 INT, ADD c1 INT"))
        #expect(StatementExcerpt("ALTER TABLE \(String(repeating: "a", count: 1000))").description.count == 200)
    }
}
