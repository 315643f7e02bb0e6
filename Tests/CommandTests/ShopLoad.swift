import Foundation
import MySQLClient
import Synchronization
import TestSupport

/// A workload on a thread of its own, until it is stopped. Where the server goes away, it goes on when it is back.
final class ShopLoad: Sendable {
    private let isStopping = Atomic(false)
    private let isDone = Atomic(false)
    private let failure = Mutex<String?>(nil)

    /// - Parameter server: other than the shop's own.
    init(
        _ shop: ShopFixture, seed: UInt64, largeTransactions: Bool = false, server: (any DatabaseServer)? = nil
    ) {
        Thread { [self] in
            do {
                try run(server ?? shop.server, SeededRandom(seed: seed), largeTransactions)
            } catch {
                failure.withLock { $0 = String(describing: error) }
            }
            isDone.store(true, ordering: .releasing)
        }.start()
    }

    /// Asks it to end, and does not wait: for `defer`.
    func finish() { isStopping.store(true, ordering: .relaxed) }

    /// Lets it go on a little longer and then end; throws what has ended it before.
    func stop() throws {
        finish()
        try waitUntil(timeout: 120, "the workload's end") { isDone.load(ordering: .acquiring) }
        if let failure = failure.withLock({ $0 }) { throw TestSupportError("the workload has failed: \(failure)") }
    }

    private func run(_ server: any DatabaseServer, _ random: SeededRandom, _ largeTransactions: Bool) throws {
        var random = random
        while true {
            do {
                var workload = try ShopWorkload(server, SeededRandom(seed: random.next()))
                var round = 0
                while !isStopping.load(ordering: .relaxed) {
                    try workload.run(transactions: 10)
                    round += 1
                    // About as much as both sinks take, so that the test is of faults and not of catching up.
                    usleep(10_000)
                    if largeTransactions, round % 60 == 1 {
                        try workload.execute("DELETE FROM orders WHERE id > 1000000")
                        try workload.largeTransaction(rows: 3_000)
                    }
                }
                return try workload.run(transactions: 30)
            } catch let error as MySQLError where error.isConnectionLost || error.isUnreachable {
                usleep(20_000)
            }
        }
    }
}
