import Foundation
import TestSupport
import Testing

/// `kill -9` at random moments under a mixed load: nothing is lost, nothing is applied twice.
@Suite(.serialized) struct CrashTests {
    /// Lanes of the first run, of the second, and so on: where they change, the crash left lanes at different places,
    /// and the next run must reach the furthest of them with the lanes of the one before.
    @Test(arguments: [
        (ServerKind.mariaDB, [1]), (.mariaDB, [3, 3, 2, 1, 4, 3]), (.mySQL, [2, 3, 3, 1, 4, 2]),
    ])
    func `five kills in a mixed workload, and every sink equals the source`(kind: ServerKind, lanes: [Int]) throws {
        let shop = try ShopFixture(kind)
        try shop.logChanges()
        let target = try MariaDBServer.shared()
        let mirror = try target.makeDatabase("mirror")
        func configure(run: Int) throws -> String {
            try shop.configuration(
                lanes: lanes[run % lanes.count], replicator: "transaction-bytes = 256K",
                mirror: "\(target.url)/\(mirror)")
        }
        let check = try ReplicatorProcess.run(["check", "-c", configure(run: 0)])
        let statements = check.output.components(separatedBy: "make it, for example: ").dropFirst().compactMap {
            $0.split(separator: "\n").first.map(String.init)
        }
        #expect(statements.count == 3, "\(check.output)")
        for statement in statements { try target.execute(statement, database: mirror) }
        var random = SeededRandom("crash test of \(kind) with \(lanes) lanes")
        // The load goes on until the last kill, and a little longer.
        let load = ShopLoad(shop, seed: random.next(), largeTransactions: true)
        defer { load.finish() }
        for run in 0..<5 {
            let configuration = try configure(run: run)
            let replicator = try ReplicatorProcess(["run", "-c", configuration, "--start", "earliest"])
            // All have a checkpoint from then on, or the last run would be asked where they begin.
            if run == 0 {
                let status = StatusClient(configuration: configuration)
                for sink in ["warehouse", "cache", "mirror"] { try status.wait(sink, "running", timeout: 120) }
            }
            // Killed some changes later, at a moment that nobody chose.
            let goal = try shop.changes() + Int.random(in: 1...200, using: &random)
            try waitUntil(timeout: 60, "\(goal) changes: \(replicator.errors.suffix(1500))") {
                guard replicator.end == nil else {
                    throw TestSupportError("the replicator ended by itself: \(replicator.errors)")
                }
                return try shop.changes() >= goal
            }
            try replicator.kill()
        }
        let configuration = try configure(run: 5)
        let replicator = try ReplicatorProcess(["run", "-c", configuration])
        try load.stop()
        let (end, output, errors) = try shop.verify(configuration)
        #expect(end == .exited(0), "\(output)\n\(errors)\n\(replicator.errors.suffix(3000))")
        for sink in ["warehouse", "cache", "mirror"] { #expect(output.contains("\(sink): equal"), "\(output)") }
        try replicator.stop()
        try shop.expectExactlyOnce()
    }
}
