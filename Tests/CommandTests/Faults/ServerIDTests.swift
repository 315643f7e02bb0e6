import Foundation
import TestSupport
import Testing

/// Two replicators with one server id, as a machine and its clone have: server ids come from names that both share.
@Suite(.serialized) struct ServerIDTests {
    /// A replicator that finds the files of `clone` where `original` has its own, in a mount namespace of its own. An
    /// ordinary user needs a user namespace for it.
    private func start(_ clone: ScratchFolder, as original: ScratchFolder, log: String) throws -> ChildProcess {
        let script = """
            # Fails where / is no mount point, as in a chroot; elsewhere it keeps the mount to this namespace.
            mount --make-rprivate / 2>/dev/null
            mount --bind "$1" "$2" && cd "$2" && exec "$3" run -c "$2/replicator.conf" --start earliest
            """
        let flags = geteuid() == 0 ? [] : ["--map-root-user"]
        return try ChildProcess(
            "/usr/bin/env",
            ["unshare", "--mount", "--propagation", "unchanged"] + flags
                + ["sh", "-c", script, "sh", clone.path, original.path, try ReplicatorProcess.path()],
            output: log + ".out", errors: log)
    }

    @Test(arguments: ServerKind.allCases)
    func `the first is told of the second and of the key to set, the others go on, and nothing is lost`(
        kind: ServerKind
    ) throws {
        let shop = try ShopFixture(kind)
        let path = try shop.configuration(sinks: ["warehouse"])
        let clone = try ScratchFolder()
        for name in ["replicator.conf", "password", "mappings", "target.db"] {
            try clone.copy(shop.scratch.file(name))
        }
        _ = try shop.configuration()
        let run = try ReplicatorProcess(["run", "-c", path, "--start", "earliest"])
        let status = StatusClient(configuration: path)
        try shop.server.execute("INSERT INTO slots VALUES (1, 'a', 1)", database: "shop")
        try waitUntil(timeout: 60, "the first row") { try shop.sqlite("SELECT COUNT(*) FROM slots") == "1\n" }

        let logs = try ScratchFolder()
        let second = try start(clone, as: shop.scratch, log: logs.file("second"))
        func log(_ name: String = "second") -> String {
            (try? String(contentsOfFile: logs.file(name), encoding: .utf8)) ?? ""
        }
        try waitUntil(timeout: 60, "the second") {
            guard second.poll() == nil else { throw TestSupportError("the second has ended: \(log())") }
            return log().contains("msg=reading")
        }
        try status.wait("warehouse", "failed", timeout: 60)
        let error = try #require(try status.pipeline("warehouse")["last_error"] as? [String: Any])
        let message = try #require(error["message"] as? String)
        let named = try #require(message.firstMatch(of: #/with the same server id (\d+): /#)).1
        #expect(message.contains("server-id-base in [source]") && !message.contains("\n"), "\(message)")
        #expect(run.errors.split(separator: "\n").count { $0.contains("level=error") } == 1, "\(run.errors)")
        // It is the id that the server shows.
        let replicas = try shop.server.query(kind == .mySQL ? "SHOW REPLICAS" : "SHOW REPLICA HOSTS")
        #expect(replicas.contains { $0[0] == String(named) }, "\(replicas)")

        // The clone reads on, and so does the other pipeline.
        try shop.server.execute("INSERT INTO slots VALUES (2, 'b', 2)", database: "shop")
        try waitUntil(timeout: 60) { try shop.redis.command("EXISTS", "slots:2") == .integer(1) }
        try waitUntil(timeout: 60, "the clone's row") {
            let (_, output, _) = try Program.run(
                "sqlite3", ["-cmd", ".timeout 5000", clone.file("target.db"), "SELECT COUNT(*) FROM slots"])
            return output == "2\n"
        }
        #expect(try status.state("cache") == "running")
        #expect(!log().contains("level=error") && !log().contains("the source was lost"), "\(log())")

        // With an id of its own it lives beside the first, which goes on from where it was.
        second.kill(SIGTERM)
        #expect(try second.wait(timeout: 40) == .exited(0), "\(log())")
        try String(contentsOfFile: clone.file("replicator.conf"), encoding: .utf8)
            .replacing("heartbeat = 1", with: "heartbeat = 1\nserver-id-base = 3000000")
            .write(toFile: clone.file("replicator.conf"), atomically: true, encoding: .utf8)
        let third = try start(clone, as: shop.scratch, log: logs.file("third"))
        try waitUntil(timeout: 60, "the clone's second run") { log("third").contains("msg=reading") }
        _ = try status.command("resume", "warehouse")
        try shop.server.execute("INSERT INTO slots VALUES (3, 'c', 3)", database: "shop")
        try waitUntil(timeout: 60, "all rows: \(run.errors.suffix(800))") {
            try shop.sqlite("SELECT COUNT(*) FROM slots") == "3\n"
        }
        let (end, output, errors) = try shop.verify(path)
        #expect(end == .exited(0), "\(output)\(errors)")
        #expect(try status.state("warehouse") == "running")
        #expect(third.poll() == nil && !log("third").contains("level=error"), "\(log("third"))")
        third.kill(SIGTERM)
        #expect(try third.wait(timeout: 40) == .exited(0), "\(log("third"))")
        try run.stop()
    }
}
