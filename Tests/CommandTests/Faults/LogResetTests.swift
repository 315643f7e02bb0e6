import Foundation
import TestSupport
import Testing

/// The source's binary log is begun anew, as RESET MASTER does: what was read of it is gone, and offsets mean other things.
@Suite(.serialized) struct LogResetTests {
    private static func reset(_ kind: ServerKind) -> String {
        kind == .mySQL ? "RESET BINARY LOGS AND GTIDS" : "RESET MASTER"
    }

    /// A replicator that has read a row.
    private func follow(_ kind: ServerKind) throws -> (ShopFixture, path: String, ReplicatorProcess) {
        let shop = try ShopFixture(kind)
        let path = try shop.configuration(sinks: ["cache"])
        let run = try ReplicatorProcess(["run", "-c", path, "--start", "earliest"])
        try shop.server.execute("INSERT INTO slots VALUES (1, 'a', 1)", database: "shop")
        #expect(try shop.verify(path).end == .exited(0))
        return (shop, path, run)
    }

    @Test(arguments: [ServerKind.mariaDB, .mySQL])
    func `a log that is reset under a running replicator stops it`(kind: ServerKind) throws {
        let (shop, _, run) = try follow(kind)
        try shop.server.execute("\(Self.reset(kind)); INSERT INTO slots VALUES (2, 'b', 2)", database: "shop")
        #expect(try run.wait(timeout: 60) == .exited(1))
        #expect(run.errors.contains("the server's log is not the one that was read"), "\(run.errors)")
        #expect(run.errors.contains("--reset-checkpoint --sink cache"), "\(run.errors)")
    }

    /// The offset may be there in the new log too.
    @Test(arguments: [ServerKind.mariaDB, .mySQL])
    func `a log that was reset meanwhile is told by its GTIDs`(kind: ServerKind) throws {
        let (shop, path, first) = try follow(kind)
        try first.stop()
        try shop.server.execute(
            "\(Self.reset(kind)); UPDATE slots SET n = 2; FLUSH BINARY LOGS", database: "shop")
        // Where the new log ends is no end that was reached.
        for words in [[], ["--until", "latest"]] {
            let second = try ReplicatorProcess(["run", "-c", path] + words)
            #expect(try second.wait(timeout: 60) == .exited(1))
            #expect(second.errors.contains("the server's log is not the one that was read"), "\(second.errors)")
        }
    }

    @Test func `a new beginning for one sink leaves the others where they are`() throws {
        let shop = try ShopFixture()
        let path = try shop.configuration()
        let first = try ReplicatorProcess(["run", "-c", path, "--start", "earliest"])
        #expect(try shop.verify(path).end == .exited(0))
        try first.stop()
        try shop.server.execute("INSERT INTO slots VALUES (1, 'a', 1)", database: "shop")
        let second = try ReplicatorProcess([
            "run", "-c", path, "--start", "latest", "--reset-checkpoint", "--sink", "cache",
        ])
        let (end, output, errors) = try shop.verify(path)
        #expect(end == .exited(3), "\(output)\(errors)")
        #expect(output.contains("warehouse: equal"), "\(output)")
        #expect(!output.contains("cache: equal"), "\(output)")
        try second.stop()
        #expect(second.errors.contains("what lies between the checkpoint and the new beginning is not replicated"))
        for (words, said) in [
            (["--start", "latest", "--sink", "nobody"], "--sink nobody: no [sink nobody]"),
            (["--sink", "cache"], "--sink needs --start"),
        ] {
            let (end, _, errors) = try ReplicatorProcess.run(["run", "-c", path] + words)
            #expect(end == .exited(2), "\(errors)")
            #expect(errors.contains(said), "\(errors)")
        }
    }
}
