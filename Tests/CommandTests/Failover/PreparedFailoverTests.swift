import Foundation
import TestSupport
import Testing

/// What a server has prepared and its replica ends in its place; and what comes again there behind a transaction that only
/// the replica has.
@Suite(.serialized) struct PreparedFailoverTests {
    private func wait(_ what: String, _ run: ReplicatorProcess, _ condition: () throws -> Bool) throws {
        try waitUntil(timeout: 60, "\(what): \(run.errors.suffix(3000))") {
            guard run.end == nil else { throw TestSupportError("the replicator has ended: \(run.errors.suffix(3000))") }
            return try condition()
        }
    }

    /// Without columns' names in the replica's log, so that it also matters what is told of tables.
    @Test(arguments: ServerKind.allCases)
    func `XA transactions and an ALTER flow on from server to server, once`(kind: ServerKind) throws {
        let pair = try ReplicatedShop(kind, replica: ["--binlog-row-metadata=MINIMAL"])
        let (shop, primary, replica) = (pair.shop, pair.primary, pair.replica)
        try shop.logChanges()
        for (name, id) in [("x", 1), ("y", 2), ("z", 9)] {
            try primary.execute(
                "XA START '\(name)'; INSERT INTO slots VALUES (\(id), '\(name)', 0); XA END '\(name)'; XA PREPARE '\(name)'",
                database: "shop")
        }
        try primary.execute("INSERT INTO slots VALUES (3, 'three', 0)", database: "shop")
        let path = try shop.configuration(sinks: ["warehouse"], hosts: pair.hosts, source: "failover-wait = 30")
        let run = try ReplicatorProcess(["run", "-c", path, "--start", "earliest"])
        func ids() throws -> String { try shop.sqlite("SELECT id FROM slots ORDER BY id") }
        try wait("row 3", run) { try ids() == "3\n" }
        try pair.catchUp()
        // MySQL does not tell this account what is prepared (XA_RECOVER_ADMIN): that is no error.
        let check = try ReplicatorProcess.run(["check", "-c", path])
        #expect(check.end == .exited(0), "\(check.output)")
        #expect(
            check.output.contains("prepared on the server and not ended: 3 ") == (kind == .mariaDB), "\(check.output)")
        #expect(check.output.contains("note: 3 prepared XA transactions wait"), "\(check.output)")

        // The replica has one of its own in front of what both have.
        try pair.stopReplica("SQL_THREAD")
        let domain = kind == .mariaDB ? "SET SESSION gtid_domain_id = 7; " : ""
        try replica.execute(domain + "INSERT INTO slots VALUES (100, 'errant', 0)", database: "shop")
        try primary.execute(
            """
            XA COMMIT 'y'; INSERT INTO orders (id, status) VALUES (1, 'open'); ALTER TABLE orders ADD COLUMN extra INT FIRST;
            INSERT INTO slots VALUES (4, 'four', 0)
            """,
            database: "shop")
        try wait("rows 2 to 4", run) { try ids() == "2\n3\n4\n" }
        try pair.startReplica("SQL_THREAD")
        try pair.catchUp()
        try primary.kill()
        try pair.promote()
        try replica.execute(
            "XA ROLLBACK 'z'; XA COMMIT 'x'; INSERT INTO orders (id, status) VALUES (2, 'paid'); "
                + "INSERT INTO slots VALUES (5, 'five', 0)", database: "shop")
        try wait("all rows", run) { try ids() == "1\n2\n3\n4\n5\n100\n" }
        // What is kept of prepared transactions is of one log.
        let folder = shop.scratch.file("replicator.state.xa/warehouse")
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder).count == 1)
        try run.kill()
        try replica.execute(
            "XA START 'x'; INSERT INTO slots VALUES (6, 'six', 0); XA END 'x'; XA PREPARE 'x'; XA COMMIT 'x'",
            database: "shop")
        let second = try ReplicatorProcess(["run", "-c", path])
        try wait("row 6", second) { try ids() == "1\n2\n3\n4\n5\n6\n100\n" }
        try second.stop()
        let applied = try shop.sqlite("SELECT what FROM audit ORDER BY n").split(separator: "\n")
        #expect(applied.count == 9 && Set(applied).count == 9, "\(applied)")
        #expect(try shop.sqlite("SELECT order_id, status FROM open_orders ORDER BY 1") == "1|open\n2|paid\n")
        #expect(run.errors.ranges(of: "columns were added").count == 1, "\(run.errors)")
        #expect(run.errors.ranges(of: "looking in the source's log for an XA PREPARE").count == 1, "\(run.errors)")
        #expect(run.errors.ranges(of: "found the XA PREPARE").count == 1, "\(run.errors)")
        #expect(!run.errors.contains("level=error") && !second.errors.contains("level=error"))
    }
}
