import Foundation
import TestSupport
import Testing

/// What may happen to a source under load: every change still reaches each sink, and SQLite exactly once.
@Suite(.serialized) struct SourceFaultTests {
    /// Replicates a mixed load to both sinks while `body` does its worst, then holds the sinks against the source.
    /// Returns what `run` has logged.
    @discardableResult
    private func replicate(
        _ purpose: String, from shop: ShopFixture, port: UInt16? = nil,
        while body: (_ run: ReplicatorProcess, _ random: inout SeededRandom) throws -> Void
    ) throws -> String {
        var random = SeededRandom(purpose)
        try shop.logChanges()
        let configuration = try shop.configuration(replicator: "transaction-bytes = 64K", port: port)
        let load = ShopLoad(shop, seed: random.next(), largeTransactions: true)
        defer { load.finish() }
        let run = try ReplicatorProcess(["run", "-c", configuration, "--start", "earliest"])
        try body(run, &random)
        try load.stop()
        // Asked of the server itself.
        let direct = try shop.configuration(replicator: "transaction-bytes = 64K")
        let (end, output, errors) = try shop.verify(direct)
        #expect(end == .exited(0), "\(output)\n\(errors)\n\(run.errors.suffix(3000))")
        #expect(output.contains("warehouse: equal") && output.contains("cache: equal"), "\(output)")
        try run.stop()
        try shop.expectExactlyOnce()
        #expect(!run.errors.contains("level=error"), "\(run.errors.suffix(3000))")
        return run.errors
    }

    /// Waits until some more changes have come through, as many as nobody chose.
    private func goOn(_ shop: ShopFixture, _ run: ReplicatorProcess, _ random: inout SeededRandom) throws {
        let goal = try shop.changes() + Int.random(in: 1...150, using: &random)
        try waitUntil(timeout: 120, "\(goal) changes: \(run.errors.suffix(1500))") {
            guard run.end == nil else { throw TestSupportError("the replicator has ended: \(run.errors.suffix(3000))") }
            return try shop.changes() >= goal
        }
    }

    /// How often each pipeline has connected again.
    private func reconnects(_ errors: String, _ pipeline: String) -> Int {
        errors.split(separator: "\n").count {
            $0.contains("the source was lost; connecting again") && $0.contains("pipeline=\(pipeline)")
        }
    }

    /// 2 is what the other tests use: a commit is in the kernel's hands. Both keep log and tables in step over a kill.
    @Test(arguments: [1, 2])
    func `a server killed under load, and started again`(flushLogAtCommit: Int) throws {
        let shop = try ShopFixture(server: ["--innodb-flush-log-at-trx-commit=\(flushLogAtCommit)"])
        let log = try replicate("kill the source", from: shop) { run, random in
            for _ in 0..<4 {
                try goOn(shop, run, &random)
                try shop.server.kill()
                try LogTail.mend(of: shop.server)
                try shop.server.start()
            }
            try goOn(shop, run, &random)
        }
        #expect(reconnects(log, "warehouse") >= 4 && reconnects(log, "cache") >= 4)
        #expect(log.contains("wait="))
    }

    @Test func `a log that a crash cut off inside an event stops, and the way on that is named is one`() throws {
        let shop = try ShopFixture()
        let configuration = try shop.configuration(sinks: ["warehouse"])
        try shop.server.execute("INSERT INTO slots VALUES (1, 'one', 1)", database: "shop")
        let large = try shop.server.binlogEnd()
        try shop.server.execute("INSERT INTO slots SELECT seq + 10, seq, 2 FROM seq_1_to_20000", database: "shop")
        try shop.server.kill()
        guard let file = try LogTail.files(of: shop.server.dataDirectory).last else { throw TestSupportError("no log") }
        #expect(try LogTail.unfinished(in: file) == nil)
        // In the middle of one of its many events.
        #expect(truncate(file, off_t(large.offset + 50_001)) == 0)
        #expect(try LogTail.unfinished(in: file) == Int(large.offset))
        try shop.server.start()
        try shop.server.execute("INSERT INTO slots VALUES (2, 'two', 1)", database: "shop")

        let (end, _, errors) = try ReplicatorProcess.run(["run", "-c", configuration, "--start", "earliest"])
        #expect(end == .exited(1))
        let next = try shop.server.binlogEnd().file
        #expect(errors.contains("\(large.file) ends in the middle of an event"), "\(errors)")
        #expect(errors.contains("run --start \(next):4 --reset-checkpoint"), "\(errors)")
        #expect(try shop.sqlite("SELECT id FROM slots") == "1\n")

        let run = try ReplicatorProcess(["run", "-c", configuration, "--start", "\(next):4", "--reset-checkpoint"])
        try waitUntil(timeout: 60, "the next file's row: \(run.errors.suffix(1500))") {
            try shop.sqlite("SELECT id FROM slots ORDER BY id") == "1\n2\n"
        }
        try run.stop()
    }

    @Test func `a network that breaks in the middle of events`() throws {
        let shop = try ShopFixture()
        var random = SeededRandom("cuts")
        let cuts = (0..<24).map { _ in Int.random(in: 3_000...120_000, using: &random) }
        let proxy = try TCPProxy(to: shop.server.port, cuts: cuts)
        defer { proxy.stop() }
        let log = try replicate("cut the network", from: shop, port: proxy.port) { run, random in
            try waitUntil(timeout: 180, "24 cuts: \(run.errors.suffix(1500))") {
                guard run.end == nil else { throw TestSupportError("the replicator has ended: \(run.errors)") }
                return proxy.isDoneCutting
            }
            try goOn(shop, run, &random)
        }
        #expect(reconnects(log, "warehouse") + reconnects(log, "cache") > 4)
    }

    @Test func `a network that stalls: given up after two heartbeats, and found again`() throws {
        let shop = try ShopFixture()
        let proxy = try TCPProxy(to: shop.server.port)
        defer { proxy.stop() }
        try replicate("stall the network", from: shop, port: proxy.port) { run, random in
            for round in 1...2 {
                try goOn(shop, run, &random)
                proxy.stall()
                try waitUntil(timeout: 60, "both pipelines to notice: \(run.errors.suffix(1500))") {
                    ["warehouse", "cache"].allSatisfy { pipeline in
                        run.errors.split(separator: "\n").count {
                            $0.contains("not even a heartbeat") && $0.contains("pipeline=\(pipeline)")
                        } >= round
                    }
                }
                proxy.resume()
            }
            try goOn(shop, run, &random)
        }
    }

    @Test func `the KILL of our sessions at the server`() throws {
        let shop = try ShopFixture()
        let log = try replicate("kill the dump threads", from: shop) { run, random in
            for _ in 0..<5 {
                try goOn(shop, run, &random)
                let sessions = try shop.server.query(
                    "SELECT ID FROM information_schema.PROCESSLIST WHERE COMMAND = 'Binlog Dump'")
                for case let session? in sessions.map({ $0[0] }) {
                    // It may be gone by now.
                    try? shop.server.execute("KILL \(session)")
                }
            }
            try goOn(shop, run, &random)
        }
        #expect(reconnects(log, "warehouse") > 0 && reconnects(log, "cache") > 0)
    }
}
