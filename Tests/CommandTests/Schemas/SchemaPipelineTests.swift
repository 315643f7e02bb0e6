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

    private func insert(_ ids: ClosedRange<Int>, _ shop: ShopFixture) throws {
        for id in ids {
            try shop.server.execute(
                "INSERT INTO orders (id, status, unit_price, quantity, note) VALUES (\(id), 'open', \(id).5, 2, 'n\(id)')",
                database: "shop")
        }
    }

    private func expectEqual(_ shop: ShopFixture, _ path: String, count: Int) throws {
        let verify = try shop.verify(path)
        #expect(verify.end == .exited(0), "\(verify.output)\(verify.errors)")
        #expect(try shop.sqlite("SELECT count(*) FROM open_orders") == "\(count)\n")
    }

    private func run(_ path: String, _ options: [String] = []) throws -> ReplicatorProcess {
        let run = try ReplicatorProcess(["run", "-c", path] + options)
        try waitUntil("the pipeline to read") {
            try #require(run.end == nil, "\(run.errors)")
            return run.errors.contains("msg=reading")
        }
        return run
    }

    @Test(arguments: servers)
    func `tables change while they are replicated, and while nobody replicates`(
        _ kind: ServerKind, _ metadata: String
    ) throws {
        let (shop, path) = try shop(kind, metadata)
        try insert(1...2, shop)
        var run = try run(path, ["--start", "earliest"])
        try insert(3...4, shop)
        try shop.server.execute("ALTER TABLE orders ADD COLUMN first_one INT FIRST", database: "shop")
        try insert(5...6, shop)
        try expectEqual(shop, path, count: 6)

        try run.kill()
        try insert(7...8, shop)
        try shop.server.execute("ALTER TABLE orders ADD COLUMN second_one INT UNSIGNED AFTER id", database: "shop")
        try insert(9...10, shop)
        run = try self.run(path)
        try expectEqual(shop, path, count: 10)

        // What a pipeline does not apply stops it, and it goes on where it says.
        try shop.server.execute(
            "ALTER TABLE orders CHANGE first_one second_one INT UNSIGNED, CHANGE second_one first_one INT",
            database: "shop")
        try insert(11...12, shop)
        try shop.server.execute("ALTER TABLE orders DROP second_one, MODIFY quantity INT FIRST", database: "shop")
        try insert(13...14, shop)
        for _ in 1...2 {
            #expect(try run.wait() == .exited(1))
            let place = try #require(run.errors.firstMatch(of: #/run --start (\S+:\d+) --reset-checkpoint/#)?.1)
            run = try self.run(path, ["--start", String(place), "--reset-checkpoint"])
        }
        try expectEqual(shop, path, count: 14)
        try run.stop()
    }

    @Test func `a history that is missing or damaged is built anew, or nothing is read`() throws {
        let (shop, path) = try shop(.mariaDB, "NO_LOG")
        let state = shop.scratch.file("replicator.state")
        func damage(_ sql: String) throws {
            let (end, _, errors) = try Program.run("sqlite3", [state, sql])
            #expect(end == .exited(0), "\(errors)")
        }
        try run(path, start).stop()
        for (count, sql) in [
            "DELETE FROM replicator_schemas", "DROP TABLE replicator_schemas",
            "UPDATE replicator_schemas SET definition = 'CREATE TABLE `shop`.`orders` (' WHERE table_name = 'orders'",
            "DELETE FROM replicator_schemas WHERE kind = 'base'", "UPDATE replicator_schemas SET kind = 'tabel'",
        ].enumerated() {
            try insert(count + 1...count + 1, shop)
            try damage(sql)
            let run = try run(path)
            try expectEqual(shop, path, count: count + 1)
            try run.stop()
            #expect(run.errors.contains("the schema history begins anew") == (count > 1), "\(run.errors)")
        }

        let begin = try shop.server.binlogEnd()
        try insert(10...10, shop)
        try shop.server.execute("ALTER TABLE orders ADD COLUMN x INT FIRST", database: "shop")
        try damage("DELETE FROM replicator_schemas")
        let refused = try ReplicatorProcess.run(["run", "-c", path])
        #expect(refused.end == .exited(1))
        #expect(refused.errors.contains("shop.orders at \(begin.file):"), "\(refused.errors)")
        #expect(refused.errors.contains("what they were there cannot be told"), "\(refused.errors)")
    }

    @Test func `what another process has passed, with a state file of its own, is not taken for known`() throws {
        let (shop, path) = try shop(.mariaDB, "NO_LOG")
        try run(path, start).stop()
        let text = try String(contentsOfFile: path, encoding: .utf8)
        let standby = try shop.scratch.write(
            text.replacing("state = replicator.state", with: "state = standby.state"), to: "standby.conf")
        let other = try run(standby)
        try insert(1...1, shop)
        try shop.server.execute(
            "ALTER TABLE orders ADD COLUMN x BIGINT UNSIGNED NOT NULL DEFAULT 7 FIRST", database: "shop")
        try expectEqual(shop, standby, count: 1)
        try other.stop()
        try insert(2...2, shop)
        let run = try run(path)
        try expectEqual(shop, path, count: 2)
        try run.stop()
        #expect(!run.errors.contains("level=error"), "\(run.errors)")
    }

    @Test func `a table that is selected later is known from where it is read`() throws {
        let (shop, path) = try shop(.mariaDB, "NO_LOG")
        let text = try String(contentsOfFile: path, encoding: .utf8)
        try text.replacing("shop.*", with: "shop.*, !shop.orders").write(
            toFile: path, atomically: true, encoding: .utf8)
        try run(path, start).stop()
        try insert(1...2, shop)
        try text.write(toFile: path, atomically: true, encoding: .utf8)
        let run = try run(path)
        try expectEqual(shop, path, count: 2)
        try run.stop()
    }
}
