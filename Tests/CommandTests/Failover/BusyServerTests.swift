import Foundation
import TestSupport
import Testing

/// A server that is up and takes no more sessions for now is not down.
@Suite struct BusyServerTests {
    @Test func `the one that is followed is waited for while it takes no more sessions, and left in the end`() throws {
        let pair = try ReplicatedShop(replica: ["--max-user-connections=50"])
        let shop = pair.shop
        func insert(_ id: Int) throws {
            try pair.primary.execute("INSERT INTO slots VALUES (\(id), 'c\(id)', \(id))", database: "shop")
            try pair.catchUp()
        }
        /// Lets nobody in but root, or all again.
        func setBusy(_ isBusy: Bool) throws {
            try pair.replica.execute("SET GLOBAL max_user_connections = \(isBusy ? -1 : 50)")
        }
        func wait(for rows: String, _ run: ReplicatorProcess) throws {
            try waitUntil(timeout: 60, "the rows: \(run.errors)") {
                try shop.sqlite("SELECT id FROM slots ORDER BY id") == rows
            }
            #expect(!run.errors.contains("followed now"), "\(run.errors)")
        }
        try pair.catchUp()
        // The checkpoint is one of the replica, which is not the URL's first host.
        let replica = try shop.configuration(sinks: ["warehouse"], hosts: "127.0.0.1:\(pair.replica.port)")
        let first = try ReplicatorProcess.run(["run", "-c", replica, "--start", "earliest", "--until", "latest"])
        try #require(first.end == .exited(0), "\(first.errors)")

        let path = try shop.configuration(sinks: ["warehouse"], hosts: pair.hosts, source: "failover-wait = 100")
        try insert(1)
        try setBusy(true)
        let run = try ReplicatorProcess(["run", "-c", path])
        func waitForRefusal(_ message: String) throws {
            try waitUntil(timeout: 60, "the refusal: \(run.errors)") {
                run.errors.split(separator: "\n").contains {
                    $0.contains(message) && $0.contains("takes no more connections")
                }
            }
        }
        try waitForRefusal("cannot start yet")
        try setBusy(false)
        try wait(for: "1\n", run)
        try setBusy(true)
        let sessions = try pair.replica.query(
            "SELECT ID FROM information_schema.PROCESSLIST WHERE COMMAND = 'Binlog Dump' AND USER = 'replicator'")
        for case let session? in sessions.map({ $0[0] }) { try pair.replica.execute("KILL \(session)") }
        try waitForRefusal("connecting again")
        try insert(2)
        try setBusy(false)
        try wait(for: "1\n2\n", run)
        try run.stop()

        _ = try shop.configuration(sinks: ["warehouse"], hosts: pair.hosts, source: "failover-wait = 1")
        try setBusy(true)
        let last = try ReplicatorProcess.run(["run", "-c", path, "--until", "latest"])
        #expect(last.end == .exited(0) && last.errors.contains("another server is followed now"), "\(last.errors)")
        #expect(last.errors.contains("a server does not answer that may be the one"), "\(last.errors)")
    }
}
