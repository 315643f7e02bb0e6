import Foundation
import TestSupport
import Testing

/// A primary dies, and its replica takes its place: what the sinks hold goes on from there, by GTID.
@Suite(.serialized) struct FailoverTests {
    private static let moved = "another server is followed now"

    /// Waits until some more changes have come through, as many as nobody chose.
    private func goOn(_ shop: ShopFixture, _ run: ReplicatorProcess, _ random: inout SeededRandom) throws {
        let goal = try shop.changes() + Int.random(in: 1...150, using: &random)
        try waitUntil(timeout: 120, "\(goal) changes: \(run.errors.suffix(3000))") {
            guard run.end == nil else { throw TestSupportError("the replicator has ended: \(run.errors.suffix(3000))") }
            return try shop.changes() >= goal
        }
    }

    private func moves(_ errors: String, _ pipeline: String) -> Int {
        errors.split(separator: "\n").count { $0.contains(Self.moved) && $0.contains("pipeline=\(pipeline)") }
    }

    @Test(arguments: ServerKind.allCases)
    func `a primary killed under load, and back as a replica of its own: nothing is lost or repeated`(
        kind: ServerKind
    ) throws {
        var random = SeededRandom("failover \(kind)")
        let pair = try ReplicatedShop(kind)
        let shop = pair.shop
        try shop.logChanges()
        let configuration = try shop.configuration(
            replicator: "transaction-bytes = 64K", hosts: pair.hosts, source: "failover-wait = 30")
        let run = try ReplicatorProcess(["run", "-c", configuration, "--start", "earliest", "--reset-checkpoint"])
        let servers = [pair.primary, pair.replica, pair.primary]
        for (index, server) in servers.enumerated() {
            let load = ShopLoad(shop, seed: random.next(), largeTransactions: true, server: server)
            defer { load.finish() }
            try goOn(shop, run, &random)
            try waitUntil(timeout: 60, "both pipelines to be there: \(run.errors.suffix(3000))") {
                moves(run.errors, "warehouse") == index && moves(run.errors, "cache") == index
            }
            try load.stop()
            guard index < 2 else { break }
            // What is not with the other server is lost with this one. Of what is, we may have read any part.
            let other = servers[index + 1]
            try pair.catchUp(other, with: server)
            try server.kill()
            if index == 0 {
                try pair.promote()
                // One that is back before it is missed is followed on.
                try waitUntil(timeout: 60, "both pipelines to leave: \(run.errors.suffix(3000))") {
                    moves(run.errors, "warehouse") == 1 && moves(run.errors, "cache") == 1
                }
                try LogTail.mend(of: server)
                try server.start()
                try pair.follow(pair.replica, by: server)
            }
        }
        let (end, output, errors) = try shop.verify(configuration)
        #expect(end == .exited(0), "\(output)\n\(errors)\n\(run.errors.suffix(3000))")
        #expect(output.contains("warehouse: equal") && output.contains("cache: equal"), "\(output)")
        let (_, status, _) = try ReplicatorProcess.run(["status", "-c", configuration])
        #expect(status.contains("from mysql://replicator@127.0.0.1:\(pair.primary.port)"), "\(status)")
        try run.stop()
        try shop.expectExactlyOnce()
        #expect(!run.errors.contains("level=error"), "\(run.errors.suffix(3000))")
    }

    /// Several lanes stand at different places then. (Without transactions that are applied in parts, of which one lane may get
    /// more than these: such are applied again.)
    @Test(arguments: [1, 3])
    func `a kill of ours while the primary dies`(lanes: Int) throws {
        var random = SeededRandom("failover and crash, \(lanes) lanes")
        let pair = try ReplicatedShop()
        let shop = pair.shop
        try shop.logChanges()
        let configuration = try shop.configuration(
            lanes: lanes, replicator: lanes == 1 ? "transaction-bytes = 64K" : "", hosts: pair.hosts,
            source: "failover-wait = 30")
        var run = try ReplicatorProcess(["run", "-c", configuration, "--start", "earliest"])
        let load = ShopLoad(shop, seed: random.next(), largeTransactions: lanes == 1)
        defer { load.finish() }
        try goOn(shop, run, &random)
        try load.stop()
        try pair.catchUp()
        try run.kill()
        try pair.primary.kill()
        try pair.promote()
        let second = ShopLoad(shop, seed: random.next(), largeTransactions: lanes == 1, server: pair.replica)
        defer { second.finish() }
        for _ in 0..<3 {
            run = try ReplicatorProcess(["run", "-c", configuration])
            // Somewhere on the way to the other server.
            usleep(UInt32.random(in: 50_000...1_500_000, using: &random))
            try run.kill()
        }
        run = try ReplicatorProcess(["run", "-c", configuration])
        try goOn(shop, run, &random)
        try second.stop()
        let (end, output, errors) = try shop.verify(configuration)
        #expect(end == .exited(0), "\(output)\n\(errors)\n\(run.errors.suffix(3000))")
        #expect(output.contains("warehouse: equal") && output.contains("cache: equal"), "\(output)")
        try run.stop()
        try shop.expectExactlyOnce(of: pair.replica)
    }
}
