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
                "dead_letters", "duplicate_inserts", "failovers", "host", "lag", "last_error", "mapping",
                "missing_deletes",
                "missing_updates", "name", "parked", "position", "prepared", "queue", "retention", "retries", "rows",
                "since",
                "sink", "skipped_statements", "state", "write",
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
        let path = try shop.configuration(lanes: 2, sinks: ["cache"])
        let run = try ReplicatorProcess(["run", "-c", path, "--start", "earliest"])
        let status = StatusClient(configuration: path)
        try status.wait("cache", "running")
        try waitUntil("no lag") { (try status.pipeline("cache")["lag"] as? [String: Any])?["bytes"] as? Int == 0 }
        shop.server.signal(SIGSTOP)
        try status.wait("cache", "unhealthy", timeout: 60)
        // Nobody knows what the source has done since, and how long ago its last answer was is all there is to say.
        try waitUntil(timeout: 60, "no lag to be known") {
            let lag = try status.pipeline("cache")["lag"] as? [String: Any]
            return lag?["bytes"] is NSNull && (lag?["seconds"] as? Double ?? 0) > 0
        }
        let begin = ContinuousClock.now
        _ = try status.state("cache")
        #expect(ContinuousClock.now - begin < .seconds(5))
        shop.server.signal(SIGCONT)
        try status.wait("cache", "running", timeout: 60)
        // And it is asked again soon, however long the last question was in vain.
        try waitUntil(timeout: 60, "the lag to be known again") {
            (try status.pipeline("cache")["lag"] as? [String: Any])?["bytes"] as? Int == 0
        }
        try run.stop()
    }

    @Test func `a pipeline that has never come to a position says so when it is tried again`() throws {
        let shop = try ShopFixture()
        try shop.sqlite("DROP TABLE slots")
        let path = try shop.configuration()
        let run = try ReplicatorProcess(["run", "-c", path, "--start", "earliest"])
        let status = StatusClient(configuration: path)
        try status.wait("warehouse", "failed")
        #expect(try status.command("resume", "warehouse") == "warehouse: resumed and has no position yet\n")
        run.signal(SIGTERM)
        _ = try run.wait(timeout: 40)
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

    @Test func `counts, lag, rate and retention are of what happens`() throws {
        let shop = try ShopFixture()
        let path = try shop.configuration()
        let run = try ReplicatorProcess(["run", "-c", path, "--start", "earliest"])
        let status = StatusClient(configuration: path)
        try status.wait("warehouse", "running")
        func part(_ name: String) throws -> [String: Any] {
            try status.pipeline("warehouse")[name] as? [String: Any] ?? [:]
        }
        // Rows that the target has and should not, or has not and should.
        try shop.sqlite("INSERT INTO slots VALUES (1, 'x', 0)")
        try shop.server.execute(
            "INSERT INTO slots VALUES (1, 'a', 1), (2, 'b', 2), (3, 'c', 3)", database: "shop")
        try waitUntil { try shop.sqlite("SELECT COUNT(*) FROM slots") == "3\n" }
        try shop.sqlite("DELETE FROM slots WHERE id > 1")
        try shop.server.execute(
            "UPDATE slots SET n = 9 WHERE id = 2; DELETE FROM slots WHERE id = 3", database: "shop")
        try waitUntil { try status.pipeline("warehouse")["missing_deletes"] as? Int == 1 }
        let pipeline = try status.pipeline("warehouse")
        #expect(pipeline["duplicate_inserts"] as? Int == 1)
        #expect(pipeline["missing_updates"] as? Int == 1)
        let rows = try part("rows")
        #expect(rows["total"] as? Int == 5)
        // Over the last ten seconds: if waiting took that long there are none any more.
        try shop.server.execute("INSERT INTO slots VALUES (4, 'd', 4)", database: "shop")
        try waitUntil(timeout: 30, "a rate") { try (part("rows")["per_second"] as? Double ?? 0) > 0 }
        #expect((try part("queue"))["rows"] as? Int == 0)

        // Behind by what is in the log, and for as long as it has been.
        _ = try status.command("pause")
        let before = try shop.server.binlogEnd()
        for id in 10...30 {
            try shop.server.execute("INSERT INTO slots VALUES (\(id), 'c\(id)', 0)", database: "shop")
        }
        let after = try shop.server.binlogEnd()
        try waitUntil(timeout: 30) { (try part("lag"))["bytes"] as? Int == Int(after.offset - before.offset) }
        let lag = try #require((try part("lag"))["seconds"] as? Double)
        try waitUntil(timeout: 30) { ((try part("lag"))["seconds"] as? Double ?? 0) > lag + 1 }
        #expect((try part("position"))["offset"] as? Int == Int(before.offset))

        // What the source has purged is gone, and nobody is let believe otherwise.
        #expect((try part("retention"))["purged"] as? Bool == false)
        try shop.server.flushLogs()
        try shop.server.purgeLogs(before: try shop.server.binlogEnd().file)
        try waitUntil(timeout: 30) { (try part("retention"))["purged"] as? Bool == true }
        _ = try status.command("resume", "warehouse")
        try status.wait("warehouse", "failed")
        #expect(((try part("last_error"))["message"] as? String)?.contains(before.file) == true)

        // What has failed cannot be paused; resume tries it again.
        let (end, output, errors) = try ReplicatorProcess.run(["pause", "warehouse", "-c", path])
        #expect(end == .exited(1) && output.isEmpty)
        #expect(errors == "replicator: warehouse: has ended: there is nothing to pause\n")
        #expect(try status.command("resume", "warehouse").hasPrefix("warehouse: resumed at"))
        try status.wait("warehouse", "failed")
        #expect(try status.state("cache") == "paused")
        run.signal(SIGTERM)
        _ = try run.wait(timeout: 40)
    }
}
