import Foundation
import TestSupport
import Testing

/// Two sinks of one configuration that would write over each other: `check` and `run` refuse both.
@Suite(.serialized) struct SharedTargetTests {
    private func expectShared(
        _ shop: ShopFixture, _ section: String, _ storage: String, _ location: SourceLocation = #_sourceLocation
    ) throws {
        let text = try String(contentsOfFile: shop.configuration(), encoding: .utf8)
        let path = try shop.scratch.write(text + section, to: "shared.conf")
        let check = try ReplicatorProcess.run(["check", "-c", path], timeout: 60)
        #expect(check.end == .exited(3), "\(check.output)", sourceLocation: location)
        let first = section.contains("sqlite") ? "warehouse" : "cache"
        for (sink, other) in [(first, "second"), ("second", first)] {
            let isSaid = check.output.split(separator: "\n").contains {
                $0.hasPrefix("sink \(sink): sink \(other) writes \(storage)")
                    && $0.contains("or give it another target")
            }
            #expect(isSaid, "\(sink): \(check.output)", sourceLocation: location)
        }
        let others = Set(["warehouse", "cache"]).subtracting([first])
        for other in others {
            #expect(check.output.contains("sink \(other): ok"), "\(check.output)", sourceLocation: location)
        }
        // The third goes on.
        let run = try ReplicatorProcess(["run", "-c", path, "--start", "earliest"])
        try waitUntil(timeout: 60, "\(run.errors)") {
            [first, "second"].allSatisfy { name in
                run.errors.split(separator: "\n").contains {
                    $0.contains("level=error") && $0.contains("pipeline=\(name)") && $0.contains(storage)
                }
            } && run.errors.contains("msg=reading")
        }
        run.signal(SIGTERM)
        #expect(try run.wait() == .exited(1), sourceLocation: location)
    }

    @Test func `one Redis database, by two names of the machine`() throws {
        let shop = try ShopFixture()
        try expectShared(
            shop, "[sink second]\nurl = redis://localhost:\(shop.redis.port)\nformat = string\n",
            "keys customers:… of localhost:\(shop.redis.port)/0, keys orders:… of")
    }

    @Test func `one SQLite file, by two paths`() throws {
        let shop = try ShopFixture()
        try FileManager.default.createSymbolicLink(
            atPath: shop.scratch.file("link.db"), withDestinationPath: shop.scratch.file("target.db"))
        let path = try String(cString: #require(realpath(shop.scratch.file("target.db"), nil)))
        try expectShared(
            shop, "[sink second]\nurl = sqlite:link.db\nmappings = mappings/\ntriggers = allow\n",
            "table customers of \(path), table open_orders of \(path), table slots of \(path) too")
    }

    @Test func `one database, and one topic`() throws {
        let shop = try ShopFixture()
        let target = try ShopTarget(.mariaDB, shop)
        let text = try String(contentsOfFile: target.configuration(), encoding: .utf8)
        try FileManager.default.createDirectory(
            atPath: shop.scratch.file("only"), withIntermediateDirectories: true)
        _ = try shop.scratch.write("CREATE VIEW slots AS SELECT id, code, n FROM shop.slots;\n", to: "only/slots.sql")
        let section = { (name: String, url: String, more: String) in
            "[sink \(name)]\nurl = \(url)\nunmapped = ignore\nmappings = only/slots.sql\n\(more)\n"
        }
        let path = try shop.scratch.write(
            text + section("copy", "mysql://root@127.0.0.1:\(target.server.port)/warehouse", "")
                + section("elsewhere", "mysql://root@127.0.0.1:\(target.server.port)/another", "")
                + section("a", "kafka://127.0.0.1:1,127.0.0.1:2", "topic = x.{table}")
                + section("b", "kafka://127.0.0.1:2,127.0.0.1:3", "topic = x.{table}")
                + section("c", "kafka://127.0.0.1:2", "topic = y.{table}"), to: "replicator.conf")
        let check = try ReplicatorProcess.run(["check", "-c", path], timeout: 60)
        let port = target.server.port
        for line in [
            "sink warehouse: sink copy writes table slots of localhost:\(port)/warehouse too",
            "sink copy: sink warehouse writes table slots of localhost:\(port)/warehouse too",
            "sink a: sink b writes topic x.slots of localhost:2 too",
            "sink b: sink a writes topic x.slots of localhost:2 too",
        ] {
            #expect(check.output.contains(line), "\(line)\n\(check.output)")
        }
        #expect(check.output.components(separatedBy: " writes ").count == 5, "\(check.output)")
        try target.server.stop()
    }
}
