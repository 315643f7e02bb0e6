import Foundation
import TestSupport
import Testing

/// `status` where no daemon runs: what the state file and the checkpoints remember, and null for all else.
@Suite(.serialized) struct StoredStatusTests {
    private func stored(_ path: String, _ name: String) throws -> [String: Any] {
        let (end, output, errors) = try ReplicatorProcess.run(["status", name, "--json", "-c", path])
        #expect(end == .exited(1) && errors.contains("is not running"), "\(errors)")
        let report = try #require(try StatusClient.object(output))
        return try #require((report["pipelines"] as? [[String: Any]])?.first)
    }

    @Test func `what nobody knows is null, and a dash in the table`() throws {
        let shop = try ShopFixture()
        let path = try shop.configuration()
        let run = try ReplicatorProcess(["run", "-c", path, "--start", "earliest"])
        try shop.server.execute("INSERT INTO slots VALUES (1, 'a', 1)", database: "shop")
        try StatusClient(configuration: path).waitForRows(1, "warehouse")
        try run.stop()
        let pipeline = try stored(path, "warehouse")
        // What is prepared is on disk, as the checkpoint is.
        #expect((pipeline["prepared"] as? [String: Any])?["count"] as? Int == 0)
        for key in [
            "duplicate_inserts", "missing_updates", "missing_deletes", "parked", "dead_letters", "retries", "write",
            "last_error", "host", "failovers",
        ] {
            #expect(pipeline[key] is NSNull, "\(key): \(pipeline)")
        }
        for (object, keys) in [
            ("rows", ["total", "per_second"]), ("queue", ["rows", "bytes"]), ("lag", ["seconds", "bytes"]),
            ("retention", ["seconds", "bytes", "purged"]),
        ] {
            let members = try #require(pipeline[object] as? [String: Any])
            #expect(members.keys.sorted() == keys.sorted())
            for key in keys { #expect(members[key] is NSNull, "\(object).\(key)") }
        }
        let position = try #require(pipeline["position"] as? [String: Any])
        #expect(position["file"] as? String == (try shop.server.binlogEnd().file))
        #expect(pipeline["state"] as? String == "stopped")
        let (_, table, _) = try ReplicatorProcess.run(["status", "-c", path])
        let line = table.split(separator: "\n").first { $0.hasPrefix("warehouse") } ?? ""
        #expect(line.split(separator: " ") == ["warehouse", "stopped"] + Array(repeating: "-", count: 8), "\(table)")

        // What is prepared is kept apart from the checkpoint, which is no worse for it.
        let folder = shop.scratch.file("replicator.state.xa")
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: false)
        try Data().write(to: URL(fileURLWithPath: folder + "/warehouse"))
        let damaged = try stored(path, "warehouse")
        #expect((damaged["prepared"] as? [String: Any])?["count"] is NSNull)
        #expect((damaged["position"] as? [String: Any])?["file"] as? String == position["file"] as? String)
        #expect((damaged["mapping"] as? [String: Any])?["version"] is String)
        let message = (damaged["last_error"] as? [String: Any])?["message"] as? String ?? ""
        #expect(message.hasPrefix("what is prepared is not known: ") && message.contains(folder), "\(message)")
        #expect(!message.contains("checkpoint"), "\(message)")
    }

    @Test func `when all pipelines have failed the process ends, and status still says what and when`() throws {
        let shop = try ShopFixture()
        let path = try shop.configuration(sinks: ["warehouse"])
        let run = try ReplicatorProcess(["run", "-c", path, "--start", "earliest"])
        let status = StatusClient(configuration: path)
        try status.wait("warehouse", "running")
        let begin = Date()
        try shop.sqlite("ALTER TABLE slots RENAME TO away")
        try shop.server.execute("INSERT INTO slots VALUES (1, 'secret value', 1)", database: "shop")
        #expect(try run.wait() == .exited(1))

        let pipeline = try stored(path, "warehouse")
        #expect(pipeline["state"] as? String == "failed")
        let failure = try #require(pipeline["last_error"] as? [String: Any])
        let message = try #require(failure["message"] as? String)
        #expect(message.contains("slots") && run.errors.contains("slots"), "\(message)")
        for key in ["since", "last_error"] {
            let text = key == "since" ? pipeline["since"] as? String : failure["time"] as? String
            let time = try StatusClient.date(try #require(text))
            #expect(time >= begin && time <= Date(), "\(key)")
        }
        let (_, table, _) = try ReplicatorProcess.run(["status", "-c", path])
        #expect(table.contains("failed since") && table.contains("last error") && table.contains("slots"), "\(table)")
        // Where a service manager starts it again to no avail, it still says so.
        #expect(try ReplicatorProcess.run(["run", "-c", path]).end == .exited(1))
        #expect(try stored(path, "warehouse")["state"] as? String == "failed")
        let (end, _, errors) = try ReplicatorProcess.run(["resume", "-c", path])
        #expect(end == .exited(1) && errors.contains("replicator run -c \(path) starts it"), "\(errors)")
        // Nothing of rows or passwords is kept.
        let dump = try Program.run("sqlite3", [shop.scratch.file("replicator.state"), ".dump"]).output
        #expect(dump.contains("failed") && !dump.contains("secret value") && !dump.contains("s3cret"), "\(dump)")

        // Mended, what the start brings is what counts.
        try shop.sqlite("ALTER TABLE away RENAME TO slots")
        let again = try ReplicatorProcess(["run", "-c", path])
        try waitUntil { try shop.sqlite("SELECT COUNT(*) FROM slots") == "1\n" }
        try again.stop()
        let mended = try stored(path, "warehouse")
        #expect(mended["state"] as? String == "stopped")
        #expect(mended["last_error"] is NSNull)
    }

    @Test func `a process that was killed has left no state, and its last error is kept`() throws {
        let shop = try ShopFixture()
        let path = try shop.configuration(sinks: ["cache"])
        let run = try ReplicatorProcess(["run", "-c", path, "--start", "earliest"])
        let status = StatusClient(configuration: path)
        try status.wait("cache", "running")
        try shop.redis.stop()
        try shop.server.execute("INSERT INTO slots VALUES (1, 'a', 1)", database: "shop")
        try status.wait("cache", "unhealthy")
        try waitUntil { run.errors.contains("the pipeline is unhealthy") }
        // The main loop keeps the state a moment after it has said it.
        try waitUntil {
            try Program.run("sqlite3", [shop.scratch.file("replicator.state"), ".dump"]).output.contains("'unhealthy'")
        }
        try run.kill()
        let pipeline = try stored(path, "cache")
        #expect(pipeline["state"] is NSNull && pipeline["since"] is NSNull)
        let message = (pipeline["last_error"] as? [String: Any])?["message"] as? String ?? ""
        #expect(message.contains("redis://"), "\(message)")
        #expect(message.contains("; and its checkpoint cannot be read: "), "\(message)")
    }
}
