import Foundation
import TestSupport
import Testing

/// `check` of checkpoints: what `run` would refuse to go on from is found before it runs, and nothing is changed.
@Suite(.serialized) struct CheckpointCheckTests {
    private func check(_ path: String) throws -> (end: ProcessEnd, output: String) {
        let (end, output, errors) = try ReplicatorProcess.run(["check", "-c", path], timeout: 60)
        #expect(errors.isEmpty, "\(errors)")
        return (end, output)
    }

    /// A shop that was replicated to SQLite, Redis and standard output, whose checkpoint is in the state file; nothing runs.
    private func ranOnce(_ kind: ServerKind) throws -> (shop: ShopFixture, path: String) {
        let shop = try ShopFixture(kind)
        _ = try shop.configuration()
        let text = try String(contentsOfFile: shop.scratch.file("replicator.conf"), encoding: .utf8)
        let path = try shop.scratch.write(text + "[sink lines]\nurl = stdout:\n", to: "replicator.conf")
        let run = try ReplicatorProcess(["run", "-c", path, "--start", "earliest"])
        try shop.server.execute("INSERT INTO slots VALUES (1, 'a', 1)", database: "shop")
        let status = StatusClient(configuration: path)
        for name in ["warehouse", "cache", "lines"] { try status.waitForRows(1, name) }
        try run.stop()
        return (shop, path)
    }

    /// All that the checkpoints are.
    private func checkpoints(_ shop: ShopFixture) throws -> [String] {
        let dump = { (file: String) in
            try Program.run("sqlite3", [shop.scratch.file(file), ".dump"]).output
        }
        let hash = try shop.redis.command("HGETALL", "replicator:checkpoint:cache").fields
        return [
            try dump("target.db"), try dump("replicator.state"), "\(hash.sorted { $0.key < $1.key })",
        ]
    }

    /// Each sink is said to have `problem` and its own way out, as `run` says; nothing is changed by asking.
    private func expectEach(
        _ shop: ShopFixture, _ path: String, has problem: String, sourceLocation: SourceLocation = #_sourceLocation
    ) throws {
        let before = try checkpoints(shop)
        let (end, output) = try check(path)
        #expect(end == .exited(3), sourceLocation: sourceLocation)
        for name in ["warehouse", "cache", "lines"] {
            let line = output.split(separator: "\n").first { $0.hasPrefix("sink \(name): ") } ?? ""
            #expect(line.contains(problem), "\(output)", sourceLocation: sourceLocation)
            #expect(
                line.contains("--reset-checkpoint --sink \(name)"), "\(output)", sourceLocation: sourceLocation)
        }
        #expect(try checkpoints(shop) == before, sourceLocation: sourceLocation)
        let run = try ReplicatorProcess(["run", "-c", path])
        #expect(try run.wait() == .exited(1), sourceLocation: sourceLocation)
        #expect(run.errors.contains(problem), "\(run.errors)", sourceLocation: sourceLocation)
    }

    @Test(arguments: [ServerKind.mariaDB, .mySQL])
    func `a checkpoint that is well is no finding, and stays; a purged position is one`(kind: ServerKind) throws {
        let (shop, path) = try ranOnce(kind)
        let before = try checkpoints(shop)
        let (end, output) = try check(path)
        #expect(end == .exited(0), "\(output)")
        #expect(try checkpoints(shop) == before)
        let file = try shop.server.binlogEnd().file
        for _ in 0..<2 { try shop.server.flushLogs() }
        try shop.server.purgeLogs(before: try #require(try shop.server.binlogNames().last))
        try expectEach(shop, path, has: "the server no longer has \(file)")
    }

    @Test(arguments: [ServerKind.mariaDB, .mySQL])
    func `a log that was reset is a finding, whether or not it has grown since`(
        kind: ServerKind
    ) throws {
        let (shop, path) = try ranOnce(kind)
        try shop.server.execute(kind == .mySQL ? "RESET BINARY LOGS AND GTIDS" : "RESET MASTER")
        try expectEach(shop, path, has: "the server's log is not the one that was read")
        // The offset is there in the new log, too, but not what was read.
        try shop.server.execute("UPDATE slots SET n = 2; FLUSH BINARY LOGS", database: "shop")
        try expectEach(shop, path, has: "the server's log is not the one that was read")
    }

    @Test func `a checkpoint that is gone from its target is a finding, and a target that never had one is not`() throws
    {
        let (shop, path) = try ranOnce(.mariaDB)
        try shop.redis.command("FLUSHALL")
        let (end, output) = try check(path)
        #expect(end == .exited(3))
        let line = output.split(separator: "\n").first { $0.hasPrefix("sink cache: ") } ?? ""
        #expect(line.contains("its checkpoint is gone from \(shop.redis.url)/0"), "\(output)")
        #expect(line.contains("run --start earliest --sink cache"), "\(output)")
        #expect(output.contains("sink warehouse: ok") && output.contains("sink lines: ok"), "\(output)")

        let new = try ShopFixture()
        let untouched = try check(try new.configuration())
        #expect(untouched.end == .exited(0), "\(untouched.output)")
        #expect(!FileManager.default.fileExists(atPath: new.scratch.file("replicator.state")))
    }

    @Test func `a checkpoint under other settings is no finding, a damaged one is`() throws {
        let (shop, path) = try ranOnce(.mariaDB)
        let text = try String(contentsOfFile: path, encoding: .utf8)
        _ = try shop.scratch.write(text.replacing("lanes = 1", with: "lanes = 3"), to: "replicator.conf")
        let other = try check(path)
        #expect(other.end == .exited(0), "\(other.output)")
        try shop.sqlite("UPDATE replicator_pipeline SET lanes = 2")
        try shop.redis.command("HSET", "replicator:checkpoint:cache", "lanes", "many")
        let (end, output) = try check(path)
        #expect(end == .exited(3))
        #expect(output.contains("rows of pipeline warehouse: rows were changed by hand"), "\(output)")
        #expect(output.contains("sink cache: ") && output.contains("was changed by others: bad"), "\(output)")
    }

    /// A lane that is said to have applied more than was ever logged would leave out whatever comes.
    @Test func `what no lane can have applied is found before a row is left out`() throws {
        let (shop, path) = try ranOnce(.mariaDB)
        let apply = { (numbers: [String]) in
            let names = ["generation", "sequence", "offset", "row"]
            let values = zip(names, numbers).map { "applied_\($0) = '\($1)'" }.joined(separator: ", ")
            for file in ["target.db", "replicator.state"] {
                let sql = "UPDATE replicator_checkpoint SET \(values)"
                let (end, _, errors) = try Program.run("sqlite3", [shop.scratch.file(file), sql])
                #expect(end == .exited(0), "\(errors)")
            }
            let key = "replicator:checkpoint:cache"
            try shop.redis.command("HSET", key, "0:applied", numbers.joined(separator: " "))
        }
        try apply(["0", "999", "1", "0"])
        try expectEach(shop, path, has: "it ends at ")
        for (numbers, problem) in [
            (["0", "0", "4", "0"], "was changed by others: what lane 0 has applied"),
            (["7", "999", "1", "0"], "generation 7"), (["0", "9 9", "1", "0"], "changed by"),
            (["0", "999", "x", "0"], "changed by"), (["0", "1", "1", "4294967296"], "changed by"),
        ] {
            try apply(numbers)
            let (end, output) = try check(path)
            #expect(end == .exited(3))
            for name in ["warehouse", "cache", "lines"] {
                let line = output.split(separator: "\n").first { $0.hasPrefix("sink \(name): ") } ?? ""
                #expect(line.contains(problem) && line.contains("--reset-checkpoint"), "\(numbers): \(output)")
            }
        }
    }
}
