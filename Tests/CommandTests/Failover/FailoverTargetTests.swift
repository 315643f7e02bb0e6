import Foundation
import TestSupport
import Testing

/// Failovers of a pipeline with several lanes into a target that keeps each lane's position with its rows.
@Suite struct FailoverTargetTests {
    @Test func `lanes go on at the other server, and back after a kill of ours, with each change once`() throws {
        let pair = try ReplicatedShop(.mySQL)
        let (shop, primary, replica) = (pair.shop, pair.primary, pair.replica)
        let target = try ShopTarget(.mariaDB, shop)
        try target.logChanges()
        let path = try target.configuration(lanes: 3, hosts: pair.hosts, source: "failover-wait = 30")
        /// A row in each of two tables, of different lanes, in one transaction for each id.
        func insert(_ ids: ClosedRange<Int>, _ server: any DatabaseServer) throws {
            let statements = ids.map { id in
                "BEGIN; INSERT INTO slots VALUES (\(id), 'c\(id)', \(id)); "
                    + "INSERT INTO orders (id, status, unit_price, quantity) VALUES (\(id), 'open', 1.5, \(id)); COMMIT"
            }
            try server.execute(statements.joined(separator: "; "), database: "shop")
        }
        func wait(changes count: Int, _ run: ReplicatorProcess) throws {
            try waitUntil(timeout: 60, "\(count) changes: \(run.errors.suffix(3000))") {
                guard run.end == nil else { throw TestSupportError("it has ended: \(run.errors.suffix(3000))") }
                return try target.changes() >= count
            }
        }
        func moves(_ run: ReplicatorProcess) -> Int { run.errors.ranges(of: "another server is followed now").count }

        // Lost while it is followed, with all else still to come.
        try insert(1...300, primary)
        try pair.catchUp()
        let first = try ReplicatorProcess(["run", "-c", path, "--start", "earliest"])
        try wait(changes: 1, first)
        try primary.kill()
        try pair.promote()
        try insert(301...600, replica)
        try waitUntil(timeout: 60, "the move: \(first.errors.suffix(3000))") { moves(first) == 1 }
        try wait(changes: 700, first)

        // Lost while nobody follows it, with lanes that stand at different places.
        try first.kill()
        try primary.start()
        try pair.follow(replica, by: primary)
        try pair.catchUp(primary, with: replica)
        try replica.kill()
        try primary.execute("STOP REPLICA; RESET REPLICA ALL")
        try insert(601...601, primary)
        let second = try ReplicatorProcess(["run", "-c", path])
        let (end, output, errors) = try shop.verify(path)
        #expect(end == .exited(0), "\(output)\n\(errors)\n\(second.errors.suffix(3000))")
        #expect(output.contains("warehouse: equal") && moves(second) == 1, "\(output)\n\(second.errors)")
        try second.stop()
        for table in ["slots", "orders"] {
            let applied = try target.query(
                "SELECT COUNT(*), COUNT(DISTINCT what) FROM audit WHERE what LIKE '\(table) insert %'")
            #expect(applied == [["601", "601"]])
        }
        #expect(try target.changes() == 1202)
    }
}
