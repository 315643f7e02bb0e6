import Foundation
import MySQLClient
import TestSupport
import Testing

/// A pipeline from a server whose log does not name columns.
@Suite(.serialized) struct SchemaPipelineTests {
    private static let servers = [(ServerKind.mariaDB, "NO_LOG"), (.mariaDB, "MINIMAL"), (.mySQL, "MINIMAL")]

    private let start = ["--start", "latest"]

    private func shop(_ kind: ServerKind, _ metadata: String) throws -> (shop: ShopFixture, path: String) {
        let shop = try ShopFixture(kind, server: ["--binlog-row-metadata=\(metadata)"])
        return (shop, try shop.configuration(sinks: ["warehouse"]))
    }

    @Test(arguments: servers)
    func `tables change while they are replicated, and while nobody replicates`(
        _ kind: ServerKind, _ metadata: String
    ) throws {
        let (shop, path) = try shop(kind, metadata)
        try shop.insertOrders(1...2)
        var run = try ReplicatorProcess.reading(path, ["--start", "earliest"])
        try shop.insertOrders(3...4)
        try shop.server.execute("ALTER TABLE orders ADD COLUMN first_one INT FIRST", database: "shop")
        try shop.insertOrders(5...6)
        try shop.expectEqual(path, orders: 6)

        try run.kill()
        try shop.insertOrders(7...8)
        try shop.server.execute("ALTER TABLE orders ADD COLUMN second_one INT UNSIGNED AFTER id", database: "shop")
        try shop.insertOrders(9...10)
        run = try .reading(path)
        try shop.expectEqual(path, orders: 10)

        // What a pipeline does not apply stops it, and it goes on where it says.
        try shop.server.execute(
            "ALTER TABLE orders CHANGE first_one second_one INT UNSIGNED, CHANGE second_one first_one INT",
            database: "shop")
        try shop.insertOrders(11...12)
        try shop.server.execute("ALTER TABLE orders DROP second_one, MODIFY quantity INT FIRST", database: "shop")
        try shop.insertOrders(13...14)
        for _ in 1...2 {
            #expect(try run.wait() == .exited(1))
            let place = try #require(run.errors.firstMatch(of: #/run --start (\S+:\d+) --reset-checkpoint/#)?.1)
            run = try .reading(path, ["--start", String(place), "--reset-checkpoint"])
        }
        try shop.expectEqual(path, orders: 14)
        try run.stop()
    }

    @Test func `a history that is missing or damaged is built anew, or nothing is read`() throws {
        let (shop, path) = try shop(.mariaDB, "NO_LOG")
        let state = shop.scratch.file("replicator.state")
        func damage(_ sql: String) throws {
            let (end, _, errors) = try Program.run("sqlite3", [state, sql])
            #expect(end == .exited(0), "\(errors)")
        }
        try ReplicatorProcess.reading(path, start).stop()
        for (count, sql) in [
            "DELETE FROM replicator_schemas", "DROP TABLE replicator_schemas",
            "UPDATE replicator_schemas SET definition = 'CREATE TABLE `shop`.`orders` (' WHERE table_name = 'orders'",
            "DELETE FROM replicator_schemas WHERE kind = 'base'", "UPDATE replicator_schemas SET kind = 'tabel'",
        ].enumerated() {
            try shop.insertOrders(count + 1...count + 1)
            try damage(sql)
            let run = try ReplicatorProcess.reading(path)
            try shop.expectEqual(path, orders: count + 1)
            try run.stop()
            #expect(run.errors.contains("the schema history begins anew") == (count > 1), "\(run.errors)")
        }

        let begin = try shop.server.binlogEnd()
        try shop.insertOrders(10...10)
        try shop.server.execute("ALTER TABLE orders ADD COLUMN x INT FIRST", database: "shop")
        try damage("DELETE FROM replicator_schemas")
        let refused = try ReplicatorProcess.run(["run", "-c", path])
        #expect(refused.end == .exited(1))
        #expect(refused.errors.contains("shop.orders at \(begin.file):"), "\(refused.errors)")
        #expect(refused.errors.contains("what they were there cannot be told"), "\(refused.errors)")
    }

    @Test func `what another process has passed, with a state file of its own, is not taken for known`() throws {
        let (shop, path) = try shop(.mariaDB, "NO_LOG")
        try ReplicatorProcess.reading(path, start).stop()
        let standby = try shop.standby(of: path)
        let other = try ReplicatorProcess.reading(standby)
        try shop.insertOrders(1...1)
        try shop.server.execute(
            "ALTER TABLE orders ADD COLUMN x BIGINT UNSIGNED NOT NULL DEFAULT 7 FIRST", database: "shop")
        try shop.expectEqual(standby, orders: 1)
        try other.stop()
        try shop.insertOrders(2...2)
        let run = try ReplicatorProcess.reading(path)
        try shop.expectEqual(path, orders: 2)
        try run.stop()
        #expect(!run.errors.contains("level=error"), "\(run.errors)")
    }

    @Test func `a table that is selected later is known from where it is read`() throws {
        let (shop, path) = try shop(.mariaDB, "NO_LOG")
        let text = try String(contentsOfFile: path, encoding: .utf8)
        try text.replacing("shop.*", with: "shop.*, !shop.orders").write(
            toFile: path, atomically: true, encoding: .utf8)
        try ReplicatorProcess.reading(path, start).stop()
        try shop.insertOrders(1...2)
        try text.write(toFile: path, atomically: true, encoding: .utf8)
        let run = try ReplicatorProcess.reading(path)
        try shop.expectEqual(path, orders: 2)
        try run.stop()
    }
}
