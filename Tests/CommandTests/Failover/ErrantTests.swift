import Foundation
import TestSupport
import Testing

/// What a MariaDB replica has written by itself, in the domain of its primary: without gtid_strict_mode the numbers of a
/// domain do not only rise.
@Suite(.serialized) struct ErrantTests {
    @Test func `what comes behind the place that was read comes once, whatever its number`() throws {
        let pair = try ReplicatedShop(.mariaDB, replica: ["--gtid-strict-mode=OFF"])
        let (shop, primary, replica) = (pair.shop, pair.primary, pair.replica)
        try shop.logChanges()
        func insert(_ id: Int, _ server: any DatabaseServer) throws {
            try server.execute("INSERT INTO slots VALUES (\(id), 'code \(id)', 0)", database: "shop")
        }
        func ids() throws -> [String] {
            try shop.sqlite("SELECT id FROM slots ORDER BY id").split(separator: "\n").map(String.init)
        }
        try insert(1, primary)
        try pair.catchUp()
        let path = try shop.configuration(sinks: ["warehouse"], hosts: pair.hosts, source: "failover-wait = 30")
        let first = try ReplicatorProcess(["run", "-c", path, "--start", "earliest", "--until", "latest"])
        #expect(try first.wait() == .exited(0), "\(first.errors)")
        let check = try ReplicatorProcess.run(["check", "-c", path]).output
        #expect(check.contains("127.0.0.1:\(replica.port): gtid_strict_mode is OFF"), "\(check)")
        #expect(!check.contains("127.0.0.1:\(primary.port): gtid"), "\(check)")

        // Numbers as the primary's, and higher ones than its next.
        try pair.stopReplica("SQL_THREAD")
        for id in 100...102 { try insert(id, replica) }
        for id in 2...3 { try insert(id, primary) }
        try pair.startReplica("SQL_THREAD")
        try pair.catchUp()
        try primary.kill()
        try pair.promote()
        let second = try ReplicatorProcess(["run", "-c", path])
        try waitUntil(timeout: 60, "all rows: \(second.errors.suffix(3000))") {
            try ids() == ["1", "2", "3", "100", "101", "102"]
        }
        try second.kill()
        try insert(4, replica)
        let third = try ReplicatorProcess(["run", "-c", path])
        try waitUntil(timeout: 60, "the last row: \(third.errors.suffix(3000))") { try ids().contains("4") }
        #expect(try shop.verify(path).end == .exited(0))
        try third.stop()
        #expect(try shop.changes() == 7)
    }
}
