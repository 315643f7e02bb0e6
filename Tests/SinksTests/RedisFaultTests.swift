import Foundation
import Rows
import TestSupport
import Testing

@testable import Sinks

/// What the server does to its clients: each test has a Redis of its own.
struct RedisFaultTests {
    let users = Table("users", [("id", .int), ("name", .varchar)])

    private func rows(_ range: Range<Int>) -> RowBatch {
        RowBatch(users, range.map { .insert([.int(Int64($0)), .bytes([UInt8](repeating: 0x78, count: 100))]) })
    }

    @Test func `a server killed at any moment loses no row that a checkpoint stands for`() throws {
        let server = try RedisServer(options: ["--appendfsync", "always"])
        let fixture = try RedisSinkFixture(server)
        let writer = try fixture.makeWriter()
        var random = SeededRandom("kill Redis")
        var failureCount = 0
        var round = -1
        // Until a kill has hit a write.
        while round < 3 || failureCount == 0 && round < 50 {
            round += 1
            let delay = UInt32.random(in: 0...50_000, using: &random)
            let killer = Thread {
                usleep(delay)
                try? server.kill()
            }
            killer.start()
            let batch = rows(round * 3000..<(round + 1) * 3000)
            var attempts = 0
            try waitUntil(timeout: 60, "the batch to be written") {
                attempts += 1
                do {
                    try fixture.write(batch, to: writer)
                    return true
                } catch let error as SinkError {
                    #expect(error.disposition == .retriable, "\(error)")
                    failureCount += 1
                    while !killer.isFinished { usleep(1000) }
                    try server.start()
                    return false
                }
            }
            while !killer.isFinished { usleep(1000) }
            if server.processIdentifier == nil { try server.start() }
            #expect(try fixture.rows(of: users).count == (round + 1) * 3000)
        }
        #expect(failureCount > 0)
    }

    @Test func `a server that is gone is retriable, and found again when it is back`() throws {
        let server = try RedisServer()
        let fixture = try RedisSinkFixture(server)
        let writer = try fixture.makeWriter()
        try fixture.write(rows(0..<10), to: writer)
        try server.stop()
        for _ in 0..<3 {
            let error = #expect(throws: SinkError.self) { try fixture.write(rows(10..<20), to: writer) }
            #expect(error?.disposition == .retriable)
            #expect(error?.message.contains("redis://127.0.0.1:\(server.port)/0") == true)
        }
        try server.start()
        try fixture.write(rows(10..<20), to: writer)
        #expect(try fixture.rows(of: users).count == 20)
    }

    @Test func `a full memory is retriable and moves no position`() throws {
        let server = try RedisServer(options: ["--maxmemory", "4mb", "--maxmemory-policy", "noeviction"])
        let fixture = try RedisSinkFixture(server)
        let writer = try fixture.makeWriter()
        let error = #expect(throws: SinkError.self) { try fixture.write(rows(0..<20_000), to: writer) }
        #expect(error?.disposition == .retriable)
        #expect(error?.message.contains("raise its maxmemory") == true)
        try server.command("CONFIG", "SET", "maxmemory", "0")
        #expect(try fixture.storedCheckpoint() == fixture.checkpoint(4))
        try fixture.write(rows(0..<20_000), to: writer)
        #expect(try fixture.rows(of: users).count == 20_000)
    }

    @Test func `a server that stalls is given up after the timeout`() throws {
        let server = try RedisServer()
        let fixture = try RedisSinkFixture(server)
        var settings = fixture.settings
        settings.timeoutMilliseconds = 100
        let writer = try RedisLaneWriter(settings, pipeline: fixture.pipeline, lane: 0, epoch: fixture.epoch)
        server.signal(SIGSTOP)
        let error = #expect(throws: SinkError.self) { try fixture.write(rows(0..<10), to: writer) }
        server.signal(SIGCONT)
        #expect(error?.disposition == .retriable)
        #expect(error?.message.contains("within 100 ms") == true)
        try fixture.write(rows(0..<10), to: writer)
        #expect(try fixture.rows(of: users).count == 10)
    }

    @Test func `a password comes from its file and is never printed`() throws {
        let server = try RedisServer()
        let folder = try ScratchFolder()
        try folder.write("the-secret\n", to: "right")
        try folder.write("another-secret", to: "wrong")
        try folder.write("\n", to: "empty")
        try server.command("CONFIG", "SET", "requirepass", "the-secret")
        func connect(_ file: String?, user: String = "") throws {
            var options = SinkOptions(file.map { ["password-file": $0] } ?? [:])
            let settings = try RedisSettings(
                url: "//\(user)127.0.0.1:\(server.port)/2", options: &options, baseDirectory: folder.path)
            try RedisConnection(settings).call("PING")
        }
        try connect("right")
        try connect("right", user: "default@")
        for (file, user, text) in [
            ("wrong", "", "WRONGPASS"), ("right", "nobody@", "WRONGPASS"), (nil, "", "password-file"),
            (nil, "default@", "password-file"), ("empty", "", "no password"), ("missing", "", "cannot be read"),
        ] {
            let error = #expect(throws: SinkError.self) { try connect(file, user: user) }
            #expect(error?.disposition == .fatal)
            #expect(error?.message.contains(text) == true, "\(error?.message ?? "")")
            #expect(error?.message.contains("secret") == false)
        }
    }

    @Test func `another program on the port is told from a Redis`() throws {
        // A MariaDB greets its clients with a packet that is no reply of Redis.
        let server = try MariaDBServer.shared()
        var options = SinkOptions([:])
        let settings = try RedisSettings(url: "//127.0.0.1:\(server.port)", options: &options, baseDirectory: "/")
        let error = #expect(throws: SinkError.self) { try RedisConnection(settings).call("PING") }
        #expect(error?.disposition == .fatal)
        #expect(error?.message.contains("is no Redis") == true)
    }
}
