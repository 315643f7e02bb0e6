import Foundation
import MySQLClient
import TestSupport
import Testing

/// What a restart finds of a schema history that was moved on, begun or fought for while nothing was applied.
@Suite(.serialized) struct SchemaRestartTests {
    private let start = ["--start", "latest"]

    private func shop(_ metadata: String = "NO_LOG") throws -> (shop: ShopFixture, path: String, state: String) {
        let shop = try ShopFixture(.mariaDB, server: ["--binlog-row-metadata=\(metadata)"])
        return (shop, try shop.configuration(sinks: ["warehouse"]), shop.scratch.file("replicator.state"))
    }

    private func addColumn(_ shop: ShopFixture) throws {
        try shop.server.execute(
            "ALTER TABLE orders ADD COLUMN x BIGINT UNSIGNED NOT NULL DEFAULT 7 FIRST", database: "shop")
    }

    /// What the state file has of `orders`.
    private func versionCount(_ state: String) throws -> Int {
        let (end, output, errors) = try Program.run(
            "sqlite3",
            ["-cmd", ".timeout 5000", state, "SELECT count(*) FROM replicator_schemas WHERE table_name = 'orders'"])
        try #require(end == .exited(0), "\(errors)")
        return Int(output.trimmingCharacters(in: .whitespacesAndNewlines)) ?? 0
    }

    @Test func `a connection that breaks behind a statement loses nothing of what is not applied`() throws {
        let (shop, path, state) = try shop()
        let first = try ReplicatorProcess.reading(path, start)
        let lock = try SQLiteLock(shop.scratch.file("target.db"))
        try shop.insertOrders(1...1)
        try addColumn(shop)
        try waitUntil("the statement to be read") { try versionCount(state) == 2 }
        // What was read is where reading goes on.
        try shop.insertOrders(2...2)
        let sessions = try shop.server.query(
            "SELECT ID FROM information_schema.PROCESSLIST WHERE COMMAND = 'Binlog Dump'")
        for row in sessions { try shop.server.execute("KILL \(row[0] ?? "")") }
        try first.waitUntilReading(times: 2)
        try first.kill()
        #expect(lock.isHeld)
        lock.release()
        let second = try ReplicatorProcess.reading(path)
        try shop.expectEqual(path, orders: 2)
        try second.stop()
    }

    @Test func `a history begun while rows are read is not taken for known where another process has passed`() throws {
        let (shop, path, state) = try shop("FULL")
        let first = try ReplicatorProcess.reading(path, start)
        try shop.server.execute("SET GLOBAL binlog_row_metadata = NO_LOG")
        try shop.insertOrders(1...1)
        try shop.expectEqual(path, orders: 1)
        #expect(try versionCount(state) == 1)
        try first.stop()

        let standby = try shop.standby(of: path)
        let other = try ReplicatorProcess.reading(standby)
        try shop.insertOrders(2...2)
        try addColumn(shop)
        try shop.expectEqual(standby, orders: 2)
        try other.stop()
        try shop.insertOrders(3...3)
        let second = try ReplicatorProcess.reading(path)
        try shop.expectEqual(path, orders: 3)
        try second.stop()
    }

    @Test func `a start that fails behind the claim leaves the history to the next one`() throws {
        let (shop, path, state) = try shop()
        try ReplicatorProcess.reading(path, start).stop()
        try shop.insertOrders(1...1)
        try addColumn(shop)
        try shop.insertOrders(2...2)
        // A file where the folder for XA transactions is.
        try? FileManager.default.removeItem(atPath: state + ".xa")
        try Data().write(to: URL(fileURLWithPath: state + ".xa"))
        let refused = try ReplicatorProcess.run(["run", "-c", path])
        #expect(refused.end == .exited(1), "\(refused.errors)")
        try FileManager.default.removeItem(atPath: state + ".xa")
        let second = try ReplicatorProcess.reading(path)
        try shop.expectEqual(path, orders: 2)
        try second.stop()
    }
}
