import Foundation
import TestSupport
import Testing

/// `pause` and `resume` of a running daemon.
@Suite(.serialized) struct PauseTests {
    @Test func `pause closes the dump and holds rows back, resume delivers them, and other pipelines go on`() throws {
        let shop = try ShopFixture()
        let path = try shop.configuration(lanes: 3)
        let run = try ReplicatorProcess(["run", "-c", path, "--start", "earliest"])
        let status = StatusClient(configuration: path)
        try shop.server.execute("INSERT INTO slots VALUES (1, 'a', 1)", database: "shop")
        try waitUntil { try shop.sqlite("SELECT COUNT(*) FROM slots") == "1\n" }
        #expect(try dumps(shop) == 2)
        #expect(try status.command("pause", "warehouse").hasPrefix("warehouse: paused at binlog."))
        #expect(try status.state("warehouse") == "paused")
        // The server notices a closed dump when it next has something to send.
        try shop.server.execute("INSERT INTO slots VALUES (2, 'b', 2)", database: "shop")
        try waitUntil { try dumps(shop) == 1 }
        try waitUntil { try shop.redis.command("EXISTS", "slots:2") == .integer(1) }
        #expect(try shop.sqlite("SELECT COUNT(*) FROM slots") == "1\n")
        #expect(try status.command("pause", "warehouse") == "warehouse: is paused already\n")
        #expect(try status.command("resume", "cache") == "cache: is not paused\n")
        // Neither a reload nor SIGHUP ends a pause.
        _ = try status.command("reload")
        run.signal(SIGHUP)
        try waitUntil { run.errors.contains("signal=SIGHUP") }
        #expect(try status.state("warehouse") == "paused")
        #expect(try shop.sqlite("SELECT COUNT(*) FROM slots") == "1\n")
        // Behind by the bytes of what it has not read.
        try waitUntil {
            ((try status.pipeline("warehouse")["lag"] as? [String: Any])?["bytes"] as? Int ?? 0) > 0
        }
        #expect(try status.command("resume").contains("warehouse: resumed at binlog."))
        try waitUntil { try shop.sqlite("SELECT COUNT(*) FROM slots") == "2\n" }
        try status.wait("warehouse", "running")
        let (end, output, errors) = try shop.verify(path)
        #expect(end == .exited(0), "\(output)\(errors)")
        try run.stop()
    }

    @Test func `a paused daemon ends on SIGTERM, and runs after a restart`() throws {
        let shop = try ShopFixture()
        let path = try shop.configuration()
        let run = try ReplicatorProcess(["run", "-c", path, "--start", "earliest"])
        let status = StatusClient(configuration: path)
        try status.wait("warehouse", "running")
        try status.wait("cache", "running")
        _ = try status.command("pause")
        try shop.server.execute("INSERT INTO slots VALUES (1, 'a', 1)", database: "shop")
        try run.stop()
        #expect(try shop.sqlite("SELECT COUNT(*) FROM slots") == "0\n")
        let again = try ReplicatorProcess(["run", "-c", path])
        try waitUntil { try shop.sqlite("SELECT COUNT(*) FROM slots") == "1\n" }
        try again.stop()
    }

    @Test func `pause of a pipeline whose sink is down ends in time, and nothing is lost`() throws {
        let shop = try ShopFixture()
        let path = try shop.configuration(sinks: ["cache"])
        let run = try ReplicatorProcess(["run", "-c", path, "--start", "earliest"])
        let status = StatusClient(configuration: path)
        try status.wait("cache", "running")
        try shop.redis.stop()
        try shop.server.execute("INSERT INTO slots VALUES (1, 'a', 1)", database: "shop")
        try waitUntil { run.errors.contains("trying again") }
        #expect(try status.command("pause").contains("cache: paused at"))
        #expect(try status.state("cache") == "paused")
        try shop.redis.start()
        _ = try status.command("resume")
        try waitUntil { try shop.redis.command("EXISTS", "slots:1") == .integer(1) }
        try run.stop()
    }

    /// How many dumps the server is sending.
    private func dumps(_ shop: ShopFixture) throws -> Int {
        try shop.server.query("SELECT ID FROM information_schema.PROCESSLIST WHERE COMMAND = 'Binlog Dump'").count
    }
}
