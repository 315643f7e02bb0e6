import Foundation
import TestSupport
import Testing

/// `kill -9` at random moments under a mixed load: nothing is lost, nothing is applied twice.
@Suite(.serialized) struct CrashTests {
    /// Lanes of the first run, of the second, and so on: where they change, the crash left lanes at different places,
    /// and the next run must reach the furthest of them with the lanes of the one before.
    @Test(arguments: [[1], [3], [3, 2, 1, 4, 2, 3]])
    func `five kills in a mixed workload, and every sink equals the source`(lanes: [Int]) throws {
        let shop = try ShopFixture()
        try shop.logChanges()
        func configure(run: Int) throws -> String {
            try shop.configuration(lanes: lanes[run % lanes.count], replicator: "transaction-bytes = 256K")
        }
        var random = SeededRandom("crash test with \(lanes) lanes")
        // The load goes on until the last kill, and a little longer.
        let load = ShopLoad(shop, seed: random.next(), largeTransactions: true)
        defer { load.finish() }
        for run in 0..<5 {
            let configuration = try configure(run: run)
            let replicator = try ReplicatorProcess(["run", "-c", configuration, "--start", "earliest"])
            // Killed some changes later, at a moment that nobody chose.
            let goal = try shop.changes() + Int.random(in: 1...200, using: &random)
            try waitUntil(timeout: 60, "\(goal) changes: \(replicator.errors.suffix(1500))") {
                guard replicator.end == nil else {
                    throw TestSupportError("the replicator ended by itself: \(replicator.errors)")
                }
                return try shop.changes() >= goal
            }
            replicator.signal(SIGKILL)
            try replicator.wait()
        }
        let configuration = try configure(run: 5)
        let replicator = try ReplicatorProcess(["run", "-c", configuration])
        try load.stop()
        let (end, output, errors) = try shop.verify(configuration)
        #expect(end == .exited(0), "\(output)\n\(errors)\n\(replicator.errors.suffix(3000))")
        #expect(output.contains("warehouse: equal") && output.contains("cache: equal"), "\(output)")
        try replicator.stop()
        try shop.expectExactlyOnce()
    }
}
