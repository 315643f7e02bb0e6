import Foundation
import Synchronization
import TestSupport
import Testing

/// `kill -9` at random moments under a mixed load: nothing is lost, nothing is applied twice.
@Suite(.serialized) struct CrashTests {
    /// Lanes of the first run, of the second, and so on: where they change, the crash left lanes at different places,
    /// and the next run must reach the furthest of them with the lanes of the one before.
    @Test(arguments: [[1], [3], [3, 2, 1, 4, 2, 3]])
    func `five kills in a mixed workload, and every sink equals the source`(lanes: [Int]) throws {
        let shop = try ShopFixture()
        try shop.sqlite(Self.audit)
        func configure(run: Int) throws -> String {
            try shop.configuration(lanes: lanes[run % lanes.count], replicator: "transaction-bytes = 256K")
        }
        var random = SeededRandom("crash test with \(lanes) lanes")
        let seed = random.next()
        // The load goes on until the last kill, and a little longer.
        let killed = Atomic(0)
        let failure = Mutex<String?>(nil)
        let load = Thread {
            do {
                var workload = try ShopWorkload(shop.server, SeededRandom(seed: seed))
                var round = 0
                while killed.load(ordering: .relaxed) < 5 {
                    try workload.run(transactions: 10)
                    round += 1
                    if round % 60 == 1 {
                        try workload.execute("DELETE FROM orders WHERE id > 1000000")
                        try workload.largeTransaction(rows: 3_000)
                    }
                }
                try workload.run(transactions: 30)
            } catch {
                failure.withLock { $0 = String(describing: error) }
            }
        }
        load.start()
        defer { killed.store(5, ordering: .relaxed) }
        while killed.load(ordering: .relaxed) < 5 {
            let configuration = try configure(run: killed.load(ordering: .relaxed))
            let replicator = try ReplicatorProcess(["run", "-c", configuration, "--start", "earliest"])
            // Killed some changes later, at a moment that nobody chose.
            let goal = try changes(in: shop) + Int.random(in: 1...200, using: &random)
            try waitUntil(timeout: 60, "\(goal) changes: \(replicator.errors.suffix(1500))") {
                guard replicator.end == nil else {
                    throw TestSupportError("the replicator ended by itself: \(replicator.errors)")
                }
                return try changes(in: shop) >= goal
            }
            replicator.signal(SIGKILL)
            try replicator.wait()
            killed.add(1, ordering: .relaxed)
        }
        let configuration = try configure(run: 5)
        let replicator = try ReplicatorProcess(["run", "-c", configuration])
        try waitUntil(timeout: 120, "the workload's end") { load.isFinished }
        #expect(failure.withLock { $0 } == nil)
        let (end, output, errors) = try shop.verify(configuration)
        #expect(end == .exited(0), "\(output)\n\(errors)\n\(replicator.errors.suffix(3000))")
        #expect(output.contains("warehouse: equal") && output.contains("cache: equal"), "\(output)")
        replicator.signal(SIGTERM)
        #expect(try replicator.wait(timeout: 12) == .exited(0), "\(replicator.errors)")
        try expectExactlyOnce(shop)
    }

    /// Logs every change that reaches `customers` and `slots`, which are copied, so that each row event of the source
    /// is one logged change.
    private static let audit = """
        CREATE TABLE audit (n INTEGER PRIMARY KEY AUTOINCREMENT, what TEXT);
        CREATE TRIGGER slots_i AFTER INSERT ON slots BEGIN
            INSERT INTO audit (what) VALUES ('slots insert ' || NEW.id || ' ' || NEW.code || ' ' || NEW.n); END;
        CREATE TRIGGER slots_u AFTER UPDATE ON slots BEGIN
            INSERT INTO audit (what) VALUES ('slots update ' || NEW.id || ' ' || NEW.code || ' ' || NEW.n); END;
        CREATE TRIGGER slots_d AFTER DELETE ON slots BEGIN
            INSERT INTO audit (what) VALUES ('slots delete ' || OLD.id || ' ' || OLD.code || ' ' || OLD.n); END;
        CREATE TRIGGER orders_i AFTER INSERT ON open_orders BEGIN
            INSERT INTO audit (what) VALUES ('orders insert ' || NEW.order_id); END;
        CREATE TRIGGER orders_u AFTER UPDATE ON open_orders BEGIN
            INSERT INTO audit (what) VALUES ('orders update ' || NEW.order_id); END;
        CREATE TRIGGER orders_d AFTER DELETE ON open_orders BEGIN
            INSERT INTO audit (what) VALUES ('orders delete ' || OLD.order_id); END;
        """

    private func changes(in shop: ShopFixture) throws -> Int {
        Int(try shop.sqlite("SELECT COUNT(*) FROM audit").trimmingCharacters(in: .whitespacesAndNewlines)) ?? 0
    }

    /// The triggers' log of `slots` equals, change by change, what the server's own tool reads in the binary log.
    private func expectExactlyOnce(_ shop: ShopFixture) throws {
        let applied = try shop.sqlite("SELECT what FROM audit WHERE what LIKE 'slots%' ORDER BY n")
            .split(separator: "\n").map(String.init)
        let logged = try RowsOfBinlogText.changes(of: "slots", in: shop.server)
        #expect(applied.count == logged.count)
        #expect(applied == logged)
    }
}
