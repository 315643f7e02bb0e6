import Foundation
import TestSupport
import Testing

/// `kill -9` of the replicator, and of its connections by the target, at random moments under a mixed load: each change
/// reaches a MariaDB or MySQL target exactly once.
@Suite(.serialized) struct MySQLTargetCrashTests {
    @Test(arguments: ServerKind.allCases, [[1], [3], [3, 1, 2]])
    func `kills in a mixed workload, and the target equals the source`(kind: ServerKind, lanes: [Int]) throws {
        let shop = try ShopFixture()
        let target = try ShopTarget(kind, shop)
        try target.logChanges()
        var random = SeededRandom("crash test of \(kind) with \(lanes) lanes")
        let load = ShopLoad(shop, seed: random.next(), largeTransactions: true)
        defer { load.finish() }
        var killed = 0
        /// Some changes later, at a moment that nobody chose.
        func goOn(_ replicator: ReplicatorProcess) throws {
            let goal = try target.changes() + Int.random(in: 1...200, using: &random)
            try waitUntil(timeout: 60, "\(goal) changes: \(replicator.errors.suffix(1500))") {
                guard replicator.end == nil else {
                    throw TestSupportError("the replicator ended by itself: \(replicator.errors)")
                }
                return try target.changes() >= goal
            }
        }
        for run in 0..<4 {
            let configuration = try target.configuration(
                lanes: lanes[run % lanes.count], replicator: "transaction-bytes = 256K")
            let replicator = try ReplicatorProcess(["run", "-c", configuration, "--start", "earliest"])
            try goOn(replicator)
            killed += try target.killConnections()
            try goOn(replicator)
            try replicator.kill()
        }
        let configuration = try target.configuration(lanes: lanes[0], replicator: "transaction-bytes = 256K")
        let replicator = try ReplicatorProcess(["run", "-c", configuration])
        try load.stop()
        killed += try target.killConnections()
        let (end, output, errors) = try shop.verify(configuration)
        #expect(end == .exited(0), "\(output)\n\(errors)\n\(replicator.errors.suffix(3000))")
        #expect(output.contains("warehouse: equal"), "\(output)")
        try replicator.stop()
        try target.expectExactlyOnce()
        #expect(killed > 3)
        try target.server.stop()
    }
}
