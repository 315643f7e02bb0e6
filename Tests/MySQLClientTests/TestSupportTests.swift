import Foundation
import TestSupport
import Testing

/// The servers that all other tests stand on.
@Suite struct TestSupportTests {
    @Test(arguments: ServerKind.allCases)
    func `a server logs rows with full metadata`(_ kind: ServerKind) throws {
        let server = try kind.shared()
        let database = try server.makeDatabase()
        try server.execute(
            "CREATE TABLE t (a INT PRIMARY KEY, b TEXT); INSERT INTO t VALUES (1, 'é'), (2, NULL)", database: database)
        #expect(try server.query("SELECT * FROM t", database: database) == [["1", "é"], ["2", nil]])
        #expect(
            try server.query("SELECT @@binlog_format, @@binlog_row_image, @@binlog_row_metadata") == [
                ["ROW", "FULL", "FULL"]
            ])
        #expect(try server.binlogFiles().allSatisfy { FileManager.default.fileExists(atPath: $0) })
    }

    @Test(arguments: ServerKind.allCases)
    func `a killed server comes back on its port with what was committed`(_ kind: ServerKind) throws {
        let server = try kind.start(options: ["--server-id=7"])
        try server.execute("CREATE DATABASE d; CREATE TABLE d.t (a INT); INSERT INTO d.t VALUES (1)")
        try server.kill()
        #expect(throws: (any Error).self) { try server.query("SELECT 1") }
        try server.start()
        #expect(try server.query("SELECT a, @@server_id FROM d.t") == [["1", "7"]])
        try server.restart()
        #expect(try server.query("SELECT a FROM d.t") == [["1"]])
    }

    @Test func `redis keeps its keys over a kill`() throws {
        let redis = try RedisServer()
        try redis.command("HSET", "k", "a", "1", "b", "é")
        try redis.kill()
        try redis.start()
        #expect(try redis.command("HGETALL", "k").fields == ["a": "1", "b": "é"])
        #expect(throws: TestSupportError.self) { try redis.command("INCR", "k") }
    }

    @Test func `the end of a process is told`() throws {
        let scratch = try ScratchFolder()
        let run = { (command: String) in
            try ChildProcess("/bin/sh", ["-c", command], output: scratch.file("out"), errors: scratch.file("out"))
        }
        #expect(try run("exit 3").wait(timeout: 60) == .exited(3))
        let sleeper = try run("exec sleep 100")
        sleeper.kill(SIGTERM)
        #expect(try sleeper.wait(timeout: 60) == .signalled(SIGTERM))
    }

    @Test func `the built replicator runs`() throws {
        let (end, _, _) = try ReplicatorProcess.run(["--version"])
        #expect(end == .exited(0))
    }
}
