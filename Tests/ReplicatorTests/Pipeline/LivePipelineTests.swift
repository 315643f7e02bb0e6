import Foundation
import MySQLClient
import TestSupport
import Testing

/// What a pipeline with several lanes does with a live server: where its position stands, and what schema changes and
/// views over several tables do.
@Suite struct LivePipelineTests {
    private static let source = """
        CREATE TABLE a (id INT PRIMARY KEY, v INT);
        CREATE TABLE b (id INT PRIMARY KEY, v INT);
        CREATE TABLE c (id INT PRIMARY KEY, v INT);
        """
    private static let target = """
        CREATE TABLE a (id INTEGER PRIMARY KEY, v INTEGER);
        CREATE TABLE b (id INTEGER PRIMARY KEY, v INTEGER);
        CREATE TABLE c (id INTEGER PRIMARY KEY, v INTEGER);
        """

    @Test func `an idle pipeline and one that is stopped have their position behind all that was read`() throws {
        let fixture = try LanesFixture(source: Self.source, target: Self.target)
        let configuration = try fixture.configuration(lanes: 3)
        let replicator = try fixture.start(configuration)
        // Two bursts, so that the second ends between two barriers.
        for first in [0, 1000] {
            let connection = try fixture.server.connect(database: "shop")
            for id in first..<first + 100 {
                for table in ["a", "b", "c"] { _ = try connection.query("INSERT INTO \(table) VALUES (\(id), 1)") }
            }
            try fixture.wait("the position", replicator) { try fixture.places() == fixture.end() }
        }
        // Only one of the lanes has rows, the others no reason of their own to move.
        try fixture.server.execute("UPDATE a SET v = 2", database: "shop")
        try fixture.wait("the position", replicator) { try fixture.places() == fixture.end() }
        try fixture.server.execute("UPDATE b SET v = 2", database: "shop")
        try fixture.wait("the rows", replicator) { try fixture.sqlite("SELECT DISTINCT v FROM b") == ["2"] }
        try fixture.stop(replicator)
        #expect(try fixture.places() == fixture.end())
    }

    @Test(arguments: [1, 3])
    func `a transaction whose last row made it too large does not keep the position back`(lanes: Int) throws {
        let fixture = try LanesFixture(
            source: "CREATE TABLE a (id INT PRIMARY KEY, v LONGTEXT)",
            target: "CREATE TABLE a (id INTEGER PRIMARY KEY, v TEXT)")
        let configuration = try fixture.configuration(lanes: lanes, replicator: "transaction-bytes = 64K")
        let replicator = try fixture.start(configuration)
        try fixture.server.execute("INSERT INTO a VALUES (1, REPEAT('x', 100000))", database: "shop")
        try fixture.wait("the position", replicator) { try fixture.places() == fixture.end() }
        try fixture.stop(replicator)
        #expect(try fixture.sqlite("SELECT length(v) FROM a") == ["100000"])
    }

    @Test func `the end of the files is the position of all lanes`() throws {
        let fixture = try LanesFixture(source: Self.source, target: Self.target)
        for table in ["a", "b", "c"] {
            try fixture.server.execute("INSERT INTO \(table) SELECT seq, 1 FROM seq_1_to_500", database: "shop")
        }
        let end = try fixture.end()
        try fixture.server.execute("UPDATE a SET v = 3", database: "shop")
        let all = try fixture.end()
        try fixture.server.stop()
        let configuration = try fixture.configuration(lanes: 3, source: "file:" + fixture.server.dataDirectory)
        let replicator = try fixture.start(configuration)
        #expect(try replicator.wait() == .exited(0), "\(replicator.errors.suffix(2000))")
        let places = try fixture.places()
        // A server that stops writes one event more.
        #expect(places.count == 1 && places != end && places[0] >= all[0], "\(places) \(all)")
        #expect(try fixture.sqlite("SELECT count(*), sum(v) FROM a") == ["500|1500"])
    }

    @Test func `a column with a default flows through a view, and stops where the table is copied`() throws {
        let fixture = try LanesFixture(
            source: Self.source,
            target: """
                CREATE TABLE picked (id INTEGER PRIMARY KEY, v INTEGER, w TEXT);
                CREATE TABLE b (id INTEGER PRIMARY KEY, v INTEGER, added TEXT);
                """)
        let configuration = try fixture.configuration(
            lanes: 3, tables: "shop.a, shop.b",
            mapping: "CREATE VIEW picked AS SELECT v + 0 AS v, id, CONCAT('w', v) AS w FROM shop.a;")
        let replicator = try fixture.start(configuration)
        for statement in [
            "INSERT INTO a VALUES (1, 1)", "INSERT INTO b VALUES (1, 1)",
            "ALTER TABLE a ADD COLUMN added VARCHAR(10) NOT NULL DEFAULT 'new' FIRST, ADD COLUMN n INT DEFAULT 5",
            "INSERT INTO a (id, v) VALUES (2, 2)", "UPDATE a SET v = 3 WHERE id = 1", "DELETE FROM a WHERE id = 9",
        ] {
            try fixture.server.execute(statement, database: "shop")
        }
        try fixture.wait("the rows behind the new column", replicator) {
            try fixture.sqlite("SELECT id, v, w FROM picked ORDER BY id") == ["1|3|w3", "2|2|w2"]
        }
        try fixture.expectEqual(configuration, replicator)
        let place = try fixture.server.binlogEnd()
        try fixture.server.execute("ALTER TABLE b ADD COLUMN added VARCHAR(10) DEFAULT 'new'", database: "shop")
        try fixture.server.execute("INSERT INTO b (id, v) VALUES (2, 2)", database: "shop")
        #expect(try replicator.wait() == .exited(1))
        #expect(replicator.errors.contains("shop.b, which is copied whole"), "\(replicator.errors.suffix(2000))")
        // In front of the statement, with all before it applied.
        #expect(try fixture.places() == ["\(place.file):\(place.offset):none"])
        #expect(try fixture.sqlite("SELECT id FROM b") == ["1"])
    }

    @Test func `one view over many tables, some of which come later`() throws {
        let fixture = try LanesFixture(
            source: """
                CREATE DATABASE shop_1; CREATE DATABASE shop_2;
                CREATE TABLE shop_1.orders_1 (id INT PRIMARY KEY, v INT);
                CREATE TABLE shop_1.orders_2 (v BIGINT, id INT PRIMARY KEY);
                CREATE TABLE shop_2.orders_1 (id INT PRIMARY KEY, v INT, more TEXT);
                CREATE TABLE shop_2.other (id INT PRIMARY KEY);
                """,
            target: """
                CREATE TABLE orders (id INTEGER PRIMARY KEY, v INTEGER, t TEXT);
                CREATE TABLE items (id INTEGER PRIMARY KEY, o INTEGER REFERENCES orders);
                CREATE TABLE other (id INTEGER PRIMARY KEY);
                CREATE TABLE audit (n INTEGER PRIMARY KEY, id INTEGER, v INTEGER);
                CREATE TRIGGER orders_u AFTER UPDATE ON orders BEGIN
                    INSERT INTO audit (id, v) VALUES (NEW.id, NEW.v); END;
                """)
        let configuration = try fixture.configuration(
            lanes: 3, tables: "shop_*.*",
            mapping: """
                CREATE VIEW dw.orders AS SELECT id, v, CONCAT(_database, '.', _table) AS t FROM "shop_*"."orders_*";
                CREATE VIEW items AS SELECT id, o FROM "shop_*".items;
                """)
        let replicator = try fixture.start(configuration)
        let connection = try fixture.server.connect(database: "shop_1")
        for round in 0..<60 {
            if round == 20 {
                _ = try connection.query("CREATE TABLE shop_2.orders_7 (id INT PRIMARY KEY, v INT)")
                _ = try connection.query("CREATE TABLE shop_2.items (id INT PRIMARY KEY, o INT)")
            }
            var tables = ["shop_1.orders_1", "shop_1.orders_2", "shop_2.orders_1"]
            if round >= 20 { tables.append("shop_2.orders_7") }
            for (shard, table) in tables.enumerated() {
                let id = round * 10 + shard
                _ = try connection.query("INSERT INTO \(table) (id, v) VALUES (\(id), \(round))")
                _ = try connection.query("UPDATE \(table) SET v = v + 1 WHERE id % 7 = 0")
                if round >= 20 { _ = try connection.query("INSERT INTO shop_2.items VALUES (\(id), \(id))") }
            }
            _ = try connection.query("INSERT INTO shop_2.other VALUES (\(round))")
        }
        try fixture.expectEqual(configuration, replicator)
        try fixture.stop(replicator)
        #expect(try fixture.places() == fixture.end())
        #expect(
            try fixture.sqlite("SELECT DISTINCT t FROM orders ORDER BY t") == [
                "shop_1.orders_1", "shop_1.orders_2", "shop_2.orders_1", "shop_2.orders_7",
            ])
        // Each row's changes in the order of the source.
        #expect(
            try fixture.sqlite(
                "SELECT count(*) FROM audit AS x JOIN audit AS y ON x.id = y.id AND x.n < y.n AND x.v >= y.v")
                == ["0"])
    }
}
