import Foundation
import TestSupport
import Testing

/// What may happen to a target: nothing is lost in silence, and the log says in a line what is wrong.
@Suite(.serialized) struct SinkFaultTests {
    private func start(_ configuration: String, _ more: [String] = []) throws -> ReplicatorProcess {
        try ReplicatorProcess(["run", "-c", configuration] + more)
    }

    /// Waits for a line of the log that has all `parts`.
    private func wait(for parts: String..., in run: ReplicatorProcess) throws {
        try waitUntil(timeout: 60, "\(parts) in\n\(run.errors.suffix(3000))") {
            run.errors.split(separator: "\n").contains { line in parts.allSatisfy { line.contains($0) } }
        }
    }

    private func expectEqual(_ shop: ShopFixture, _ configuration: String, _ run: ReplicatorProcess) throws {
        try wait(for: "msg=reading", in: run)
        let (end, output, errors) = try shop.verify(configuration)
        #expect(end == .exited(0), "\(output)\n\(errors)\n\(run.errors.suffix(3000))")
        try run.stop()
    }

    private func insert(_ rows: ClosedRange<Int>, _ shop: ShopFixture) throws {
        for id in rows { try shop.server.execute("INSERT INTO slots VALUES (\(id), 'c\(id)', 0)", database: "shop") }
    }

    @Test func `a Redis that restarts under load, with its data, is written on`() throws {
        let shop = try ShopFixture()
        let configuration = try shop.configuration(sinks: ["cache"])
        var random = SeededRandom("restart Redis")
        let load = ShopLoad(shop, seed: random.next())
        defer { load.finish() }
        let run = try start(configuration, ["--start", "earliest"])
        for round in 0..<4 {
            let goal = try shop.redis.command("DBSIZE").string.flatMap { Int($0) } ?? 0
            try waitUntil(timeout: 60, "more rows: \(run.errors.suffix(1500))") {
                guard run.end == nil else { throw TestSupportError("the replicator has ended: \(run.errors)") }
                return try shop.redis.command("DBSIZE").string.flatMap { Int($0) } ?? 0 > min(goal + 3, 100)
            }
            if round % 2 == 0 { try shop.redis.kill() } else { try shop.redis.stop() }
            try shop.redis.start()
        }
        try load.stop()
        try expectEqual(shop, configuration, run)
        #expect(run.errors.contains("the sink did not take the rows; trying again"))
    }

    @Test func `a Redis that has lost its latest data stops the pipeline, which a restart brings back`() throws {
        let shop = try ShopFixture(redis: ["--appendonly", "no"])
        let configuration = try shop.configuration(sinks: ["cache"])
        let run = try start(configuration, ["--start", "earliest"])
        try insert(1...3, shop)
        try waitUntil(timeout: 60) { try shop.redis.command("EXISTS", "slots:3") == .integer(1) }
        try shop.redis.command("SAVE")
        try insert(4...6, shop)
        try waitUntil(timeout: 60) { try shop.redis.command("EXISTS", "slots:6") == .integer(1) }
        // So that the position behind them is stored too.
        let stored = try shop.redis.command("HGET", "replicator:checkpoint:cache", "0:offset")
        try insert(7...7, shop)
        try waitUntil(timeout: 60) {
            try shop.redis.command("HGET", "replicator:checkpoint:cache", "0:offset") != stored
        }
        try shop.redis.kill()
        try shop.redis.start()
        #expect(try shop.redis.command("EXISTS", "slots:6") == .integer(0))
        try insert(8...8, shop)
        #expect(try run.wait() == .exited(1))
        try wait(for: "pipeline=cache", "level=error", "lost", "start it again", in: run)
        #expect(try shop.redis.command("EXISTS", "slots:8") == .integer(0))
        try expectEqual(shop, configuration, try start(configuration))
    }

    @Test func `a Redis that has lost all its data stops the pipeline, and the way out works`() throws {
        let shop = try ShopFixture(redis: ["--appendonly", "no"])
        let configuration = try shop.configuration(sinks: ["cache"])
        let run = try start(configuration, ["--start", "earliest"])
        try insert(1...3, shop)
        try waitUntil(timeout: 60) { try shop.redis.command("EXISTS", "slots:3") == .integer(1) }
        try shop.redis.kill()
        try shop.redis.start()
        try insert(4...4, shop)
        #expect(try run.wait() == .exited(1))
        try wait(for: "pipeline=cache", "level=error", "checkpoint", "is gone", "--start", in: run)
        #expect(try shop.redis.command("DBSIZE") == .integer(0))
        try expectEqual(shop, configuration, try start(configuration, ["--start", "earliest"]))
    }

    @Test func `a SQLite file that another program has locked is waited for`() throws {
        let shop = try ShopFixture()
        let configuration = try shop.configuration(sinks: ["warehouse"])
        let run = try start(configuration, ["--start", "earliest"])
        try insert(1...1, shop)
        try waitUntil(timeout: 60) { try shop.sqlite("SELECT COUNT(*) FROM slots") == "1\n" }
        let lock = try SQLiteLock(shop.scratch.file("target.db"))
        try insert(2...3, shop)
        try wait(for: "trying again", "target.db", "locked by another connection", in: run)
        #expect(try shop.sqlite("SELECT COUNT(*) FROM slots") == "1\n")
        #expect(lock.isHeld)
        lock.release()
        try expectEqual(shop, configuration, run)
    }

    @Test func `a SQLite file that may not grow is said, and written on when it may`() throws {
        let shop = try ShopFixture()
        let configuration = try shop.configuration(sinks: ["warehouse"])
        try shop.server.execute(
            "INSERT INTO orders SELECT seq, 1, 'paid', 1, 1, REPEAT('n', 190), NOW(6), 1, 'x' FROM seq_1_to_5000",
            database: "shop")
        let scratch = try ScratchFolder()
        // In place of a full disk: no file may have more than 300 KiB.
        let small = try ChildProcess(
            "/bin/bash",
            [
                "-c", "ulimit -f 300 && exec \"$@\"", "bash", try ReplicatorProcess.path(), "run", "-c", configuration,
                "--start", "earliest",
            ], output: scratch.file("log"), errors: scratch.file("log"), scratch: scratch.path)
        var log = ""
        try waitUntil(timeout: 60, "an error: \(log)") {
            guard small.poll() == nil else { throw TestSupportError("it has ended: \(log)") }
            log = try String(contentsOfFile: scratch.file("log"), encoding: .utf8)
            return log.split(separator: "\n").contains { $0.contains("trying again") && $0.contains("target.db") }
        }
        #expect(log.contains("writing it failed") && log.contains("ulimit -f"), "\(log)")
        #expect(try shop.sqlite("SELECT COUNT(*) FROM open_orders") == "0\n")
        small.kill(SIGTERM)
        #expect(try small.wait(timeout: 40) == .exited(0))
        try expectEqual(shop, configuration, try start(configuration))
    }

    @Test func `a table that comes while it runs, and that the target lacks, is named with its place`() throws {
        let shop = try ShopFixture()
        let configuration = try shop.configuration(sinks: ["warehouse"])
        let run = try start(configuration, ["--start", "earliest"])
        try wait(for: "msg=reading", in: run)
        try shop.server.execute(
            "CREATE TABLE fresh (id INT PRIMARY KEY); INSERT INTO fresh VALUES (1)", database: "shop")
        #expect(try run.wait() == .exited(1))
        try wait(
            for: "level=error", "shop.fresh at binlog.000001:", ": sqlite:", "target.db: ", "has no table fresh",
            in: run)
    }

    @Test func `a target table that goes away stops the pipeline, and is named`() throws {
        let shop = try ShopFixture()
        let configuration = try shop.configuration(sinks: ["warehouse"])
        let run = try start(configuration, ["--start", "earliest"])
        try insert(1...1, shop)
        try waitUntil(timeout: 60) { try shop.sqlite("SELECT COUNT(*) FROM slots") == "1\n" }
        try shop.sqlite("ALTER TABLE slots RENAME TO slots_gone")
        try insert(2...2, shop)
        #expect(try run.wait() == .exited(1))
        try wait(for: "level=error", "pipeline=warehouse", "slots", "no table", "CREATE TABLE", in: run)
        try wait(for: "level=error", "slots at binlog.000001:", "row 0: sqlite:", "target.db: ", in: run)
        try shop.sqlite("ALTER TABLE slots_gone RENAME TO slots")
        try expectEqual(shop, configuration, try start(configuration))
    }
}
