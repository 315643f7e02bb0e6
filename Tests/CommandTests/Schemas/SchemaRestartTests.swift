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

    private func insert(_ id: Int, _ shop: ShopFixture) throws {
        try shop.server.execute(
            "INSERT INTO orders (id, status, unit_price, quantity, note) VALUES (\(id), 'open', \(id).5, 2, 'n\(id)')",
            database: "shop")
    }

    private func addColumn(_ shop: ShopFixture) throws {
        try shop.server.execute(
            "ALTER TABLE orders ADD COLUMN x BIGINT UNSIGNED NOT NULL DEFAULT 7 FIRST", database: "shop")
    }

    private func run(_ path: String, _ options: [String] = []) throws -> ReplicatorProcess {
        let run = try ReplicatorProcess(["run", "-c", path] + options)
        try waitForReading(run)
        return run
    }

    private func waitForReading(_ run: ReplicatorProcess, times: Int = 1) throws {
        try waitUntil("the pipeline to read") {
            try #require(run.end == nil, "\(run.errors)")
            return run.errors.matches(of: /msg=reading/).count >= times
        }
    }

    /// What the state file has of `orders`.
    private func versionCount(_ state: String) throws -> Int {
        let (end, output, errors) = try Program.run(
            "sqlite3",
            ["-cmd", ".timeout 5000", state, "SELECT count(*) FROM replicator_schemas WHERE table_name = 'orders'"])
        try #require(end == .exited(0), "\(errors)")
        return Int(output.trimmingCharacters(in: .whitespacesAndNewlines)) ?? 0
    }

    private func expectEqual(_ shop: ShopFixture, _ path: String, count: Int) throws {
        let verify = try shop.verify(path)
        #expect(verify.end == .exited(0), "\(verify.output)\(verify.errors)")
        #expect(try shop.sqlite("SELECT count(*) FROM open_orders") == "\(count)\n")
    }

    @Test func `a connection that breaks behind a statement loses nothing of what is not applied`() throws {
        let (shop, path, state) = try shop()
        let first = try run(path, start)
        let output = shop.scratch.file("lock.out")
        var lock: ChildProcess? = try ChildProcess(
            "/usr/bin/env",
            [
                "sqlite3", "-cmd", ".timeout 5000", shop.scratch.file("target.db"), "BEGIN IMMEDIATE",
                ".shell echo locked; exec sleep 600",
            ], output: output, errors: output)
        try waitUntil("the lock") {
            (try? String(contentsOfFile: output, encoding: .utf8))?.hasSuffix("locked\n") == true
        }
        try insert(1, shop)
        try addColumn(shop)
        try waitUntil("the statement to be read") { try versionCount(state) == 2 }
        // What was read is where reading goes on.
        try insert(2, shop)
        let sessions = try shop.server.query(
            "SELECT ID FROM information_schema.PROCESSLIST WHERE COMMAND = 'Binlog Dump'")
        for row in sessions { try shop.server.execute("KILL \(row[0] ?? "")") }
        try waitForReading(first, times: 2)
        try first.kill()
        #expect(lock?.poll() == nil)
        lock = nil
        let second = try run(path)
        try expectEqual(shop, path, count: 2)
        try second.stop()
    }

    @Test func `a history begun while rows are read is not taken for known where another process has passed`() throws {
        let (shop, path, state) = try shop("FULL")
        let first = try run(path, start)
        try shop.server.execute("SET GLOBAL binlog_row_metadata = NO_LOG")
        try insert(1, shop)
        try expectEqual(shop, path, count: 1)
        #expect(try versionCount(state) == 1)
        try first.stop()

        let text = try String(contentsOfFile: path, encoding: .utf8)
        let standby = try shop.scratch.write(
            text.replacing("state = replicator.state", with: "state = standby.state"), to: "standby.conf")
        let other = try run(standby)
        try insert(2, shop)
        try addColumn(shop)
        try expectEqual(shop, standby, count: 2)
        try other.stop()
        try insert(3, shop)
        let second = try run(path)
        try expectEqual(shop, path, count: 3)
        try second.stop()
    }

    @Test func `a start that fails behind the claim leaves the history to the next one`() throws {
        let (shop, path, state) = try shop()
        try run(path, start).stop()
        try insert(1, shop)
        try addColumn(shop)
        try insert(2, shop)
        // A file where the folder for XA transactions is.
        try? FileManager.default.removeItem(atPath: state + ".xa")
        try Data().write(to: URL(fileURLWithPath: state + ".xa"))
        let refused = try ReplicatorProcess.run(["run", "-c", path])
        #expect(refused.end == .exited(1), "\(refused.errors)")
        try FileManager.default.removeItem(atPath: state + ".xa")
        let second = try run(path)
        try expectEqual(shop, path, count: 2)
        try second.stop()
    }
}
