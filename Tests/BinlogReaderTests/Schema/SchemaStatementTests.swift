import MySQLClient
import Rows
import Testing

@testable import BinlogReader

/// What is told of a statement without a server to ask.
@Suite struct SchemaStatementTests {
    private static let mySQL = ServerVersion("8.0.40")
    private static let oldMariaDB = ServerVersion("10.3.39-MariaDB")
    private static let shop = SchemaCatalogue.Name(database: "shop", name: "orders")

    private static func catalogue(_ version: ServerVersion = mySQL, _ statements: String...) throws -> SchemaCatalogue {
        var catalogue = SchemaCatalogue(version: version) { $0 == shop }
        catalogue.setCollation(.utf8mb4, ofDatabase: "shop")
        for statement in statements {
            try catalogue.apply(Array(statement.utf8), in: StatementContext(database: "shop"))
        }
        return catalogue
    }

    private static func columns(_ catalogue: SchemaCatalogue) -> [String]? {
        catalogue[shop]?.columns.map(\.name)
    }

    @Test(arguments: [
        "CREATE TABLE other (a STRANGE TYPE ~ 1)", "ALTER TABLE other FROBNICATE", "ALTER TABLE x.orders ADD STRANGE",
        "CREATE TABLE other LIKE nothing", "DROP TABLE x.orders", "RENAME TABLE a TO b",
        "CREATE VIEW orders2 AS SELECT 1",
        "CREATE TEMPORARY TABLE orders (z STRANGE)", "GRANT SELECT ON orders TO x",
        "CREATE TRIGGER t BEFORE INSERT ON"
            + " orders FOR EACH ROW SET @a = 1", "CREATE", "ALTER", "", "'", "/*", "FROBNICATE other",
        "CREATE PROCEDURE p() ALTER TABLE orders ADD z INT", "ANALYZE TABLE orders", "ALTER VIEW v AS SELECT 1",
    ])
    func `a statement about no known table changes nothing, whatever its form`(statement: String) throws {
        let before = try Self.catalogue(Self.mySQL, "CREATE TABLE orders (a INT)")
        var after = before
        let touched = try after.apply(Array(statement.utf8), in: StatementContext(database: "shop"))
        #expect(touched.isEmpty)
        #expect(after.tables == before.tables)
    }

    @Test(arguments: [
        ("ALTER TABLE orders FROBNICATE", SchemaFault.Kind.cannotFollow),
        ("ALTER TABLE orders ADD b STRANGE", .cannotFollow), ("ALTER TABLE orders ADD b INT STRANGELY", .cannotFollow),
        ("ALTER TABLE orders DROP COLUMN zz", .doesNotFit), ("ALTER TABLE orders ADD a INT", .doesNotFit),
        ("ALTER TABLE orders ADD b INT AFTER zz", .doesNotFit), ("ALTER TABLE orders DROP PRIMARY KEY", .doesNotFit),
        ("ALTER TABLE orders RENAME COLUMN zz TO y", .doesNotFit), ("RENAME TABLE other TO orders", .cannotFollow),
        ("ALTER TABLE other RENAME TO orders", .cannotFollow), ("FROBNICATE orders", .cannotFollow),
        ("CREATE OR REPLACE TABLE orders LIKE other", .cannotFollow),
        ("CREATE OR REPLACE TABLE orders AS SELECT 1 AS b", .cannotFollow),
        ("ALTER TABLE orders ADD b TEXT CHARACTER SET klingon", .cannotFollow),
        ("ALTER TABLE orders ADD b ENUM(x'61')", .cannotFollow),
        ("ALTER TABLE orders ADD b ENUM('ж') CHARACTER SET latin1", .cannotFollow),
        ("ALTER TABLE orders ADD b VARCHAR(99999999999999999999)", .cannotFollow),
    ])
    func `what cannot be followed is said, and changes nothing`(statement: String, kind: SchemaFault.Kind) throws {
        let before = try Self.catalogue(Self.mySQL, "CREATE TABLE orders (a INT)")
        var after = before
        let fault = #expect(throws: SchemaFault.self) {
            try after.apply(Array(statement.utf8), in: StatementContext(database: "shop"))
        }
        #expect(fault?.kind == kind)
        #expect(fault?.tables.contains(Self.shop) ?? false)
        #expect(after.tables == before.tables)
    }

    @Test func `a table whose database's default is not known has no text by guess`() throws {
        var catalogue = SchemaCatalogue(version: Self.mySQL)
        let context = StatementContext(database: "d")
        try catalogue.apply(Array("CREATE TABLE t (a INT, b TEXT CHARACTER SET latin1)".utf8), in: context)
        #expect(throws: SchemaFault.self) {
            try catalogue.apply(Array("CREATE TABLE u (a TEXT)".utf8), in: context)
        }
        #expect(catalogue.tables.count == 1)
    }

    @Test func `the tables that a statement touches are told`() throws {
        var catalogue = try Self.catalogue(Self.mySQL, "CREATE TABLE orders (a INT)")
        let context = StatementContext(database: "x")
        let archive = SchemaCatalogue.Name(database: "x", name: "archive")
        #expect(try catalogue.apply(Array("TRUNCATE shop.orders".utf8), in: context) == [Self.shop])
        #expect(
            try catalogue.apply(Array("RENAME TABLE shop.orders TO archive".utf8), in: context) == [Self.shop, archive])
        // A table of the catalogue is followed under whatever name it gets.
        #expect(try catalogue.apply(Array("ALTER TABLE archive ADD b INT".utf8), in: context) == [archive])
        #expect(
            try catalogue.apply(Array("RENAME TABLE archive TO shop.orders".utf8), in: context) == [Self.shop, archive])
        #expect(Self.columns(catalogue) == ["a", "b"])
        #expect(try catalogue.apply(Array("DROP DATABASE shop".utf8), in: context) == [Self.shop])
        #expect(catalogue.tables.isEmpty)
    }

    @Test func `an online schema change ends with the new table under the old name`() throws {
        var catalogue = SchemaCatalogue(version: Self.mySQL) { $0.database == "shop" }
        catalogue.setCollation(.utf8mb4, ofDatabase: "shop")
        for statement in [
            "CREATE TABLE orders (id INT PRIMARY KEY, a INT)",
            "CREATE /* gh-ost */ TABLE `shop`.`_orders_gho` LIKE orders",
            "ALTER TABLE _orders_gho ADD COLUMN b TEXT AFTER id", "DROP TABLE IF EXISTS _orders_del",
            "RENAME TABLE orders TO _orders_del, _orders_gho TO orders", "DROP TABLE _orders_del",
        ] {
            try catalogue.apply(Array(statement.utf8), in: StatementContext(database: "shop"))
        }
        #expect(Self.columns(catalogue) == ["id", "b", "a"])
        #expect(catalogue.tables.count == 1)
    }

    @Test func `names have no case where the server folds them`() throws {
        var catalogue = SchemaCatalogue(version: Self.mySQL, foldsNames: true)
        catalogue.setCollation(.utf8mb4, ofDatabase: "Shop")
        let context = StatementContext(database: "SHOP")
        try catalogue.apply(Array("CREATE TABLE Orders (a TEXT)".utf8), in: context)
        try catalogue.apply(Array("ALTER TABLE shop.ORDERS ADD B INT, CHANGE A a2 INT".utf8), in: context)
        #expect(Self.columns(catalogue) == ["a2", "B"])
    }

    @Test func `older servers have other defaults`() throws {
        let text =
            "CREATE TABLE orders (a TIMESTAMP, b TEXT CHARACTER SET utf8mb4, c TEXT CHARACTER SET utf8) CHARSET utf8"
        let old = try #require(try Self.catalogue(Self.oldMariaDB, text)[Self.shop])
        #expect(old.columns.map(\.isNullable) == [false, true, true])
        #expect(old.columns.map { $0.collation?.name } == [nil, "utf8mb4_general_ci", "utf8mb3_general_ci"])
        let new = try #require(try Self.catalogue(Self.mySQL, text)[Self.shop])
        #expect(new.columns.map(\.isNullable) == [true, true, true])
        #expect(new.columns.map { $0.collation?.name } == [nil, "utf8mb4_0900_ai_ci", "utf8mb3_general_ci"])
    }

    @Test func `a statement is read in its session's character set`() throws {
        var catalogue = try Self.catalogue()
        var context = StatementContext(database: "shop")
        context.client = Collation(name: "latin1_swedish_ci")
        let latin1 = Array("CREATE TABLE orders (a ENUM('".utf8) + [0xE9] + Array("') CHARACTER SET utf8mb4)".utf8)
        try catalogue.apply(latin1, in: context)
        #expect(catalogue[Self.shop]?.columns[0].declared.labels == ["é"])
        // The second byte of 表 in Shift-JIS is a backslash.
        context.client = Collation(name: "sjis_japanese_ci")
        let japanese = Array("ALTER TABLE orders ADD b SET('".utf8) + [0x95, 0x5C] + Array("','x')".utf8)
        try catalogue.apply(japanese, in: context)
        #expect(catalogue[Self.shop]?.columns[1].declared.labels == ["表", "x"])
        context.client = nil
        #expect(throws: SchemaFault.self) {
            try catalogue.apply(Array("ALTER TABLE orders ADD c ENUM('".utf8) + [0xE9] + Array("')".utf8), in: context)
        }
    }

    @Test func `types of sessions that imitate other servers are not guessed`() throws {
        var catalogue = try Self.catalogue(Self.oldMariaDB, "CREATE TABLE orders (a INT)")
        var context = StatementContext(database: "shop")
        context.sqlMode = 1 << 9
        #expect(throws: SchemaFault.self) {
            try catalogue.apply(Array("ALTER TABLE orders ADD d DATE".utf8), in: context)
        }
        try catalogue.apply(Array("ALTER TABLE orders RENAME COLUMN a TO b".utf8), in: context)
        #expect(Self.columns(catalogue) == ["b"])
    }

    @Test func `MariaDB's own defaults of character sets are those of the session`() throws {
        var catalogue = SchemaCatalogue(version: ServerVersion("11.8.2-MariaDB"))
        var context = StatementContext(database: "shop")
        context.charsetCollations = [45: try #require(Collation(name: "utf8mb4_uca1400_ai_ci"))]
        try catalogue.apply(Array("CREATE DATABASE shop CHARACTER SET utf8mb4".utf8), in: context)
        try catalogue.apply(Array("CREATE TABLE orders (a TEXT)".utf8), in: context)
        #expect(catalogue[Self.shop]?.columns[0].collation?.name == "utf8mb4_uca1400_ai_ci")
    }
}
