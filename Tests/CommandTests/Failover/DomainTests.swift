import Foundation
import MySQLClient
import TestSupport
import Testing

/// MariaDB's domains are in an order of their own in each server's log.
@Suite(.serialized) struct DomainTests {
    @Test func `what a replica has logged in another order is applied once`() throws {
        let pair = try ReplicatedShop(.mariaDB, replica: ["--slave-parallel-threads=4"])
        let shop = pair.shop
        try shop.logChanges()
        try pair.stopReplica()
        try pair.replica.execute("SET GLOBAL slave_parallel_mode = 'optimistic'")
        try pair.startReplica()
        try pair.catchUp()
        let path = try shop.configuration(sinks: ["warehouse"], hosts: pair.hosts)

        // The replica can apply the second domain only.
        let blocker = try pair.replica.connect(database: "shop")
        try blocker.execute("LOCK TABLES slots READ")
        try pair.primary.execute("INSERT INTO slots VALUES (1, 'one', 1)", database: "shop")
        try pair.primary.execute("INSERT INTO slots VALUES (2, 'two', 2)", database: "shop")
        let read = try pair.primary.binlogEnd()
        try pair.primary.execute(
            "SET SESSION gtid_domain_id = 1; INSERT INTO customers VALUES (5, 'a@example.org', 'A', 1)",
            database: "shop")
        try waitUntil(timeout: 60, "the second domain's row on the replica") {
            try pair.replica.query("SELECT id FROM customers", database: "shop").count == 1
        }
        try blocker.execute("UNLOCK TABLES")
        try pair.catchUp()

        let run = try ReplicatorProcess([
            "run", "-c", path, "--start", "earliest", "--until", "\(read.file):\(read.offset)",
        ])
        #expect(try run.wait() == .exited(0), "\(run.errors)")
        #expect(try shop.sqlite("SELECT id FROM slots ORDER BY id") == "1\n2\n")
        #expect(try shop.sqlite("SELECT id FROM customers") == "")
        try pair.primary.kill()
        try pair.promote()
        try pair.replica.execute("INSERT INTO slots VALUES (3, 'three', 3)", database: "shop")
        // Once from the place where the domains stand differently, and again from wherever a kill leaves it.
        let second = try ReplicatorProcess(["run", "-c", path])
        try waitUntil(timeout: 60, "the other domain's row: \(second.errors)") {
            try shop.sqlite("SELECT id FROM customers") == "5\n"
        }
        try second.kill()
        let third = try ReplicatorProcess(["run", "-c", path])
        try waitUntil(timeout: 60, "the last row: \(third.errors)") {
            try shop.sqlite("SELECT id FROM slots ORDER BY id") == "1\n2\n3\n"
        }
        #expect(try shop.verify(path).end == .exited(0))
        try third.stop()
        #expect(try shop.sqlite("SELECT COUNT(*) FROM audit WHERE what LIKE 'slots%'") == "3\n")
    }
}
