import Foundation
import TestSupport
import Testing

/// `status`, against daemons in every state.
@Suite(.serialized) struct StatusTests {
    @Test func `status of a running pipeline tells position, lag, rows and mapping`() throws {
        let shop = try ShopFixture()
        try shop.server.execute("SET GLOBAL expire_logs_days = 7")
        let path = try shop.configuration()
        let run = try ReplicatorProcess(["run", "-c", path, "--start", "earliest"])
        try shop.server.execute("INSERT INTO slots VALUES (1, 'a', 1), (2, 'b', 2)", database: "shop")
        let status = StatusClient(configuration: path)
        try waitUntil { try shop.redis.command("EXISTS", "slots:2") == .integer(1) }
        let end = try shop.server.binlogEnd()
        var pipeline: [String: Any] = [:]
        // Caught up: an idle source is no lag, however long ago its last commit was.
        try waitUntil("no lag: \(pipeline)") {
            pipeline = try status.pipeline("cache")
            let lag = pipeline["lag"] as? [String: Any]
            return lag?["seconds"] as? Double == 0 && lag?["bytes"] as? Int == 0
        }
        #expect(pipeline["state"] as? String == "running")
        let position = try #require(pipeline["position"] as? [String: Any])
        #expect(position["file"] as? String == end.file)
        #expect(position["offset"] as? Int == Int(end.offset))
        #expect((position["gtid"] as? String)?.hasPrefix("0-1-") == true)
        #expect((position["committed"] as? String)?.hasSuffix("Z") == true)
        #expect((pipeline["rows"] as? [String: Any])?["total"] as? Int == 2)
        #expect(pipeline["last_error"] is NSNull)
        #expect(pipeline["parked"] as? Int == 0 && pipeline["dead_letters"] as? Int == 0)
        let retention = try #require(pipeline["retention"] as? [String: Any])
        #expect((retention["seconds"] as? Double).map { $0 > 6.9 * 86_400 && $0 <= 7 * 86_400 } == true)
        let mapping = try #require(try status.pipeline("warehouse")["mapping"] as? [String: Any])
        #expect((mapping["version"] as? String)?.count == 16)

        // All keys are there, also those that have nothing to say.
        #expect(
            pipeline.keys.sorted() == [
                "dead_letters", "duplicate_inserts", "lag", "last_error", "mapping", "missing_deletes",
                "missing_updates", "name", "parked", "position", "queue", "retention", "retries", "rows", "since",
                "sink", "state",
            ])

        let table = try status.command("status")
        #expect(table.contains("PIPELINE") && table.contains("\(end.file):\(end.offset)"), "\(table)")
        #expect(table.contains("6 d 23 h") || table.contains("7 d"), "\(table)")
        #expect(!table.contains("s3cret"))
        try run.stop()
        #expect(!FileManager.default.fileExists(atPath: shop.scratch.file("replicator.state.sock")))
    }

    @Test func `a sink that stays down is unhealthy, and running again once it is back`() throws {
        let shop = try ShopFixture()
        let path = try shop.configuration()
        let run = try ReplicatorProcess(["run", "-c", path, "--start", "earliest"])
        let status = StatusClient(configuration: path)
        try status.wait("cache", "running")
        try shop.redis.stop()
        try shop.server.execute("INSERT INTO slots VALUES (1, 'a', 1)", database: "shop")
        try status.wait("cache", "unhealthy")
        #expect(try status.state("warehouse") == "running")
        let pipeline = try status.pipeline("cache")
        #expect((pipeline["retries"] as? Int ?? 0) > 1)
        let message = (pipeline["last_error"] as? [String: Any])?["message"] as? String
        #expect(message?.contains("redis://") == true, "\(message ?? "")")
        #expect(try status.command("status").contains("unhealthy since"))
        try shop.redis.start()
        try status.wait("cache", "running")
        try waitUntil { try shop.redis.command("EXISTS", "slots:1") == .integer(1) }
        #expect(run.errors.contains("the pipeline is unhealthy"))
        try waitUntil { run.errors.contains("healthy again") }
        try run.stop()
    }

    @Test func `a source that is gone makes its pipelines unhealthy, and status answers at once all the same`() throws {
        let shop = try ShopFixture()
        let path = try shop.configuration(sinks: ["cache"])
        let run = try ReplicatorProcess(["run", "-c", path, "--start", "earliest"])
        let status = StatusClient(configuration: path)
        try status.wait("cache", "running")
        shop.server.signal(SIGSTOP)
        try status.wait("cache", "unhealthy", timeout: 60)
        let begin = ContinuousClock.now
        _ = try status.state("cache")
        #expect(ContinuousClock.now - begin < .seconds(5))
        shop.server.signal(SIGCONT)
        try status.wait("cache", "running", timeout: 60)
        try run.stop()
    }

    @Test func `a failed pipeline says why, the others run, and resume tries it again once it is mended`() throws {
        let shop = try ShopFixture()
        let path = try shop.configuration()
        let run = try ReplicatorProcess(["run", "-c", path, "--start", "earliest"])
        let status = StatusClient(configuration: path)
        try status.wait("warehouse", "running")
        try shop.sqlite("ALTER TABLE slots RENAME TO away")
        try shop.server.execute("INSERT INTO slots VALUES (1, 'a', 1)", database: "shop")
        try status.wait("warehouse", "failed")
        let message = (try status.pipeline("warehouse")["last_error"] as? [String: Any])?["message"] as? String
        #expect(message?.contains("slots") == true, "\(message ?? "")")
        try waitUntil { try shop.redis.command("EXISTS", "slots:1") == .integer(1) }
        #expect(try status.state("cache") == "running")
        try shop.sqlite("ALTER TABLE away RENAME TO slots")
        #expect(try status.command("resume", "warehouse").contains("warehouse: resumed at"))
        try waitUntil { try shop.sqlite("SELECT COUNT(*) FROM slots") == "1\n" }
        try run.stop()
    }

    @Test func `without a daemon, status says so and tells what the checkpoints hold`() throws {
        let shop = try ShopFixture()
        let path = try shop.configuration()
        let (end, output, errors) = try ReplicatorProcess.run(["status", "-c", path])
        #expect(end == .exited(1))
        #expect(errors.contains("is not running") && output.contains("warehouse"), "\(output)\(errors)")
        #expect(!FileManager.default.fileExists(atPath: shop.scratch.file("replicator.state")))
        for command in ["pause", "resume", "reload"] {
            let (end, output, errors) = try ReplicatorProcess.run([command, "-c", path])
            #expect(end == .exited(1) && output.isEmpty)
            #expect(errors.contains("is not running") && errors.split(separator: "\n").count == 1, "\(errors)")
        }
        let run = try ReplicatorProcess(["run", "-c", path, "--start", "earliest"])
        try shop.server.execute("INSERT INTO slots VALUES (1, 'a', 1)", database: "shop")
        try waitUntil { try shop.redis.command("EXISTS", "slots:1") == .integer(1) }
        try waitUntil { try shop.sqlite("SELECT COUNT(*) FROM slots") == "1\n" }
        try run.stop()
        let stored = try ReplicatorProcess.run(["status", "--json", "-c", path])
        #expect(stored.end == .exited(1))
        let report = try #require(try StatusClient.object(stored.output))
        let pipelines = try #require(report["pipelines"] as? [[String: Any]])
        #expect(report["process"] is NSNull)
        for pipeline in pipelines {
            let position = pipeline["position"] as? [String: Any]
            #expect(position?["file"] as? String == (try shop.server.binlogEnd().file), "\(pipeline)")
        }
    }

    @Test func `an unknown sink is named, and those there are`() throws {
        let shop = try ShopFixture()
        let path = try shop.configuration()
        let run = try ReplicatorProcess(["run", "-c", path, "--start", "earliest"])
        try StatusClient(configuration: path).wait("cache", "running")
        for command in ["status", "pause", "resume", "reload"] {
            let (end, output, errors) = try ReplicatorProcess.run([command, "nowhere", "-c", path])
            #expect(end == .exited(1) && output.isEmpty)
            #expect(errors == "replicator: there is no sink nowhere: the running replicator has warehouse, cache\n")
        }
        try run.stop()
    }
}
