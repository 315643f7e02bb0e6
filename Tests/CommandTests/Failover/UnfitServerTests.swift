import Foundation
import TestSupport
import Testing

/// Servers that cannot take another one's place: not yet, or never.
@Suite(.serialized) struct UnfitServerTests {
    /// A pipeline that has applied a row which the replica, whose `stopped` half stands still, has not.
    private func ahead(
        _ kind: ServerKind, stopped thread: String, wait seconds: Int
    ) throws -> (ReplicatedShop, path: String, run: ReplicatorProcess) {
        let pair = try ReplicatedShop(kind)
        let path = try pair.shop.configuration(
            sinks: ["warehouse"], hosts: pair.hosts, source: "failover-wait = \(seconds)")
        let run = try ReplicatorProcess(["run", "-c", path, "--start", "earliest"])
        try pair.primary.execute("INSERT INTO slots VALUES (1, 'one', 1)", database: "shop")
        try pair.catchUp()
        try pair.stopReplica(thread)
        try pair.primary.execute("INSERT INTO slots VALUES (2, 'two', 2)", database: "shop")
        try waitUntil(timeout: 60, "the row: \(run.errors)") {
            try pair.shop.sqlite("SELECT id FROM slots ORDER BY id") == "1\n2\n"
        }
        return (pair, path, run)
    }

    @Test func `a replica that is behind is waited for`() throws {
        let (pair, path, run) = try ahead(.mariaDB, stopped: "SQL_THREAD", wait: 100)
        let end = try #require(try pair.primary.query("SELECT @@gtid_binlog_pos")[0][0])
        try waitUntil(timeout: 60, "the replica to fetch \(end)") {
            try pair.replica.query("SHOW SLAVE STATUS")[0].contains(end)
        }
        try pair.primary.kill()
        try waitUntil(timeout: 60, "the refusal: \(run.errors)") { run.errors.contains("has not had \(end)") }
        try pair.startReplica("SQL_THREAD")
        try pair.catchUpWithRelayLog(end)
        try pair.promote()
        try pair.replica.execute("INSERT INTO slots VALUES (3, 'three', 3)", database: "shop")
        try waitUntil(timeout: 60, "the row: \(run.errors)") {
            try pair.shop.sqlite("SELECT id FROM slots ORDER BY id") == "1\n2\n3\n"
        }
        #expect(try pair.shop.verify(path).end == .exited(0))
        try run.stop()
    }

    @Test(arguments: ServerKind.allCases)
    func `a replica that lacks what was applied is refused, and the primary that is back is followed`(
        kind: ServerKind
    ) throws {
        let (pair, path, run) = try ahead(kind, stopped: "", wait: 1)
        let lost =
            kind == .mariaDB
            ? try pair.primary.query("SELECT @@gtid_binlog_pos")[0][0]
            : try pair.primary.query("SELECT GTID_SUBTRACT(@@gtid_executed, '')")[0][0]
        try pair.primary.kill()
        try pair.promote()
        // By another number or not, it is another transaction.
        try pair.replica.execute("INSERT INTO slots VALUES (7, 'seven', 7)", database: "shop")
        #expect(try run.wait(timeout: 60) == .exited(1))
        // Of MySQL's set the last one.
        let named = try #require(
            kind == .mariaDB ? lost : lost.map { $0.prefix(36) + ":" + $0.split(separator: "-").last! })
        #expect(run.errors.contains("has not had \(named)"), "\(named)\n\(run.errors)")
        #expect(run.errors.contains("--reset-checkpoint --sink warehouse"), "\(run.errors)")
        #expect(try pair.shop.sqlite("SELECT id FROM slots ORDER BY id") == "1\n2\n")
        let check = try ReplicatorProcess.run(["check", "-c", path])
        #expect(check.end == .exited(3) && check.output.contains("has not had \(named)"), "\(check.output)")

        try LogTail.mend(of: pair.primary)
        try pair.primary.start()
        let second = try ReplicatorProcess(["run", "-c", path])
        try pair.primary.execute("INSERT INTO slots VALUES (3, 'three', 3)", database: "shop")
        try waitUntil(timeout: 60, "the row: \(second.errors)") {
            try pair.shop.sqlite("SELECT id FROM slots ORDER BY id") == "1\n2\n3\n"
        }
        #expect(!second.errors.contains("another server is followed"), "\(second.errors)")
        try second.stop()
    }

    @Test(arguments: ServerKind.allCases)
    func `a replica that has purged what comes next is refused`(kind: ServerKind) throws {
        let pair = try ReplicatedShop(kind)
        let path = try pair.shop.configuration(sinks: ["warehouse"], hosts: pair.hosts, source: "failover-wait = 1")
        let run = try ReplicatorProcess(["run", "-c", path, "--start", "earliest", "--until", "latest"])
        #expect(try run.wait() == .exited(0))
        try pair.primary.execute("INSERT INTO slots VALUES (1, 'one', 1)", database: "shop")
        try pair.catchUp()
        try pair.promote()
        try pair.replica.flushLogs()
        try pair.replica.execute("INSERT INTO slots VALUES (2, 'two', 2)", database: "shop")
        try pair.replica.flushLogs()
        try pair.replica.purgeLogs(before: try #require(try pair.replica.binlogNames().last))
        try pair.primary.kill()
        let second = try ReplicatorProcess(["run", "-c", path])
        #expect(try second.wait(timeout: 60) == .exited(1))
        #expect(second.errors.contains("purged"), "\(second.errors)")
        #expect(try pair.shop.sqlite("SELECT id FROM slots") == "")
    }

    @Test func `check names servers that have no GTIDs, are no replicas, or the same`() throws {
        let shop = try ShopFixture()
        let stranger = try MariaDBServer(options: ["--server-id=9", "--log-slave-updates=OFF"])
        for statement in ["CREATE DATABASE a", "CREATE DATABASE b"] { try stranger.execute(statement) }
        try stranger.execute(
            "CREATE USER replicator@'%' IDENTIFIED BY 's3cret'; GRANT ALL ON *.* TO replicator@'%'")
        let other = try MySQLServer(options: ["--gtid-mode=OFF", "--enforce-gtid-consistency=OFF"])
        try other.execute("CREATE USER replicator@'%' IDENTIFIED BY 's3cret'; GRANT ALL ON *.* TO replicator@'%'")
        let port = shop.server.port
        let free = 1
        let path = try shop.configuration(
            hosts:
                "127.0.0.1:\(port),127.0.0.1:\(stranger.port),127.0.0.1:\(other.port),127.0.0.2:\(port),127.0.0.1:\(free)"
        )
        let (end, output, _) = try ReplicatorProcess.run(["check", "-c", path])
        #expect(end == .exited(3))
        for said in [
            "127.0.0.1:\(stranger.port): log_slave_updates is OFF", "127.0.0.1:\(stranger.port) has not had 0-1-",
            "127.0.0.1:\(other.port): gtid_mode is OFF", "one cannot take the other's place",
            "cannot connect to replicator@127.0.0.1:\(free)",
        ] {
            #expect(output.contains(said), "\(said)\n\(output)")
        }
    }
}

extension ReplicatedShop {
    /// Waits until the replica has applied up to `gtid` of what it has fetched.
    fileprivate func catchUpWithRelayLog(_ gtid: String) throws {
        guard try replica.query("SELECT MASTER_GTID_WAIT('\(gtid)', 60)")[0][0] == "0" else {
            throw TestSupportError("the replica has not come to \(gtid)")
        }
    }
}
