import Foundation
import TestSupport
import Testing

/// A target that has lost all its data with the checkpoint while nobody wrote to it: the state file remembers that the
/// pipeline had begun, so that nothing goes on as if it were new.
@Suite(.serialized) struct LostCheckpointTests {
    /// A shop with a row, which both sinks have, and no replicator.
    private func replicated() throws -> (shop: ShopFixture, path: String) {
        let shop = try ShopFixture()
        let path = try shop.configuration()
        let run = try ReplicatorProcess(["run", "-c", path, "--start", "earliest"])
        try shop.server.execute("INSERT INTO slots VALUES (1, 'a', 1)", database: "shop")
        let (end, output, errors) = try shop.verify(path)
        #expect(end == .exited(0), "\(output)\(errors)")
        try run.stop()
        return (shop, path)
    }

    private func expectLoss(
        _ errors: String, of sink: String, at label: String, _ location: SourceLocation = #_sourceLocation
    ) {
        for part in [
            "pipeline \(sink) has run before, and its checkpoint is gone from \(label)",
            "run --start earliest --sink \(sink)", "--start latest would leave the old rows missing",
        ] where !errors.contains(part) {
            Issue.record("not said: \(part)\n\(errors)", sourceLocation: location)
        }
    }

    @Test func `a Redis that was emptied while no replicator ran is not taken for a new one`() throws {
        let (shop, path) = try replicated()
        try shop.redis.command("FLUSHALL")
        // Also with a --start that a service file may have.
        for words in [[], ["--start", "latest", "--sink", "cache"], ["--start", "-1h", "--sink", "cache"]] {
            let run = try ReplicatorProcess(["run", "-c", path] + words)
            try waitUntil { run.errors.contains("pipeline=cache error=") }
            expectLoss(run.errors, of: "cache", at: shop.redis.url)
            #expect(!run.errors.contains("pipeline=warehouse error="), "\(run.errors)")
            run.signal(SIGTERM)
            #expect(try run.wait() == .exited(1))
        }
        let run = try ReplicatorProcess(["run", "-c", path, "--start", "earliest", "--sink", "cache"])
        let (end, output, errors) = try shop.verify(path)
        #expect(end == .exited(0), "\(output)\(errors)\(run.errors)")
        try run.stop()
        #expect(run.errors.contains("the target has lost the pipeline's checkpoint; beginning anew"), "\(run.errors)")
    }

    @Test func `a Redis that was emptied during a pause fails its pipeline at resume`() throws {
        let (shop, path) = try replicated()
        let run = try ReplicatorProcess(["run", "-c", path])
        let status = StatusClient(configuration: path)
        try status.wait("cache", "running")
        _ = try status.command("pause", "cache")
        try shop.redis.command("FLUSHALL")
        _ = try? status.command("resume", "cache")
        try status.wait("cache", "failed")
        let last = try status.pipeline("cache")["last_error"] as? [String: Any]
        expectLoss(last?["message"] as? String ?? "", of: "cache", at: shop.redis.url)
        #expect(try status.state("warehouse") == "running")
        run.signal(SIGTERM)
        #expect(try run.wait() == .exited(1))
    }

    @Test(arguments: [
        ("DELETE FROM replicator_checkpoint", "its checkpoint is gone from", []),
        ("UPDATE replicator_pipeline SET lanes = 2", "rows were changed by hand", ["--reset-checkpoint"]),
        ("DROP TABLE replicator_checkpoint", "its checkpoint is gone from", []),
    ])
    func `rows of a checkpoint that someone changed are told, and the way out leads out`(
        change: String, said: String, words: [String]
    ) throws {
        let (shop, path) = try replicated()
        try shop.sqlite(change)
        let run = try ReplicatorProcess(["run", "-c", path])
        try waitUntil { run.errors.contains("pipeline=warehouse error=") }
        #expect(run.errors.contains(said), "\(run.errors)")
        let wayOut = (["--start", "earliest"] + words + ["--sink", "warehouse"])
        #expect(run.errors.contains("run \(wayOut.joined(separator: " "))"), "\(run.errors)")
        run.signal(SIGTERM)
        _ = try run.wait(timeout: 40)
        let again = try ReplicatorProcess(["run", "-c", path] + wayOut)
        // Before that, verify would find what was damaged.
        try waitUntil(timeout: 60) { again.errors.contains("msg=reading pipeline=warehouse") }
        let (end, output, errors) = try shop.verify(path)
        #expect(end == .exited(0), "\(output)\(errors)\(again.errors)")
        try again.stop()
    }

    @Test func `a checkpoint that someone dropped from a database, and another target under the same name`() throws {
        let (shop, path) = try replicated()
        try shop.sqlite("DROP TABLE replicator_pipeline; DROP TABLE replicator_checkpoint")
        let lost = try ReplicatorProcess(["run", "-c", path])
        try waitUntil { lost.errors.contains("pipeline=warehouse error=") }
        expectLoss(lost.errors, of: "warehouse", at: "sqlite:\(shop.scratch.path)/target.db")
        lost.signal(SIGTERM)
        #expect(try lost.wait() == .exited(1))
        // A target that it never ran with has lost nothing.
        let text = try String(contentsOfFile: path, encoding: .utf8)
        _ = try shop.scratch.write(text.replacing(shop.redis.url, with: shop.redis.url + "/7"), to: "replicator.conf")
        let other = try ReplicatorProcess(["run", "-c", path])
        try waitUntil { other.errors.contains("pipeline=cache error=") }
        #expect(other.errors.contains("pipeline cache has no checkpoint yet, so say where to begin"), "\(other.errors)")
        #expect(other.errors.contains("with --sink cache that is for this sink only"), "\(other.errors)")
        other.signal(SIGTERM)
        #expect(try other.wait() == .exited(1))
    }
}
