import Foundation
import TestSupport
import Testing

/// What becomes of connections while both servers are well.
@Suite(.serialized) struct RouteTests {
    private static let moved = "another server is followed now"

    private func waitForRows(_ shop: ShopFixture, _ ids: ClosedRange<Int>, _ run: ReplicatorProcess) throws {
        let rows = ids.map { "\($0)\n" }.joined()
        try waitUntil(timeout: 60, "rows \(ids): \(run.errors.suffix(3000))") {
            guard run.end == nil else { throw TestSupportError("the replicator has ended: \(run.errors)") }
            return try shop.sqlite("SELECT id FROM slots ORDER BY id") == rows
        }
    }

    @Test(arguments: ServerKind.allCases)
    func `one address that leads to another server is followed there`(kind: ServerKind) throws {
        let pair = try ReplicatedShop(kind)
        let shop = pair.shop
        try shop.logChanges()
        let proxy = try TCPProxy(to: pair.primary.port)
        defer { proxy.stop() }
        let path = try shop.configuration(sinks: ["warehouse"], port: proxy.port)
        let run = try ReplicatorProcess(["run", "-c", path, "--start", "earliest"])
        try pair.primary.execute("INSERT INTO slots VALUES (1, 'one', 1)", database: "shop")
        try waitForRows(shop, 1...1, run)
        try pair.catchUp()
        try pair.promote()
        proxy.redirect(to: pair.replica.port)
        // Sessions that stay at the old server hear of nothing.
        try pair.replica.execute("INSERT INTO slots VALUES (2, 'two', 2)", database: "shop")
        try pair.primary.kill()
        try waitForRows(shop, 1...2, run)
        #expect(run.errors.contains(Self.moved), "\(run.errors)")
        #expect(try shop.verify(path).end == .exited(0))
        try run.stop()
        try shop.expectExactlyOnce(of: pair.replica)
    }

    @Test func `a primary that stalls is left, and a session that is killed is opened anew where it was`() throws {
        let pair = try ReplicatedShop()
        let shop = pair.shop
        let proxy = try TCPProxy(to: pair.primary.port)
        defer { proxy.stop() }
        let path = try shop.configuration(
            sinks: ["warehouse"], hosts: "127.0.0.1:\(proxy.port),127.0.0.1:\(pair.replica.port)")
        let run = try ReplicatorProcess(["run", "-c", path, "--start", "earliest"])
        try pair.primary.execute("INSERT INTO slots VALUES (1, 'one', 1)", database: "shop")
        try waitForRows(shop, 1...1, run)
        let sessions = try pair.primary.query(
            "SELECT ID FROM information_schema.PROCESSLIST WHERE COMMAND = 'Binlog Dump' AND USER = 'replicator'")
        #expect(sessions.count == 1)
        for case let session? in sessions.map({ $0[0] }) { try pair.primary.execute("KILL \(session)") }
        try pair.primary.execute("INSERT INTO slots VALUES (2, 'two', 2)", database: "shop")
        try waitForRows(shop, 1...2, run)
        #expect(run.errors.contains("connecting again") && !run.errors.contains(Self.moved), "\(run.errors)")

        proxy.stall()
        try pair.primary.execute("INSERT INTO slots VALUES (3, 'three', 3)", database: "shop")
        try waitUntil(timeout: 60, "the other server to be followed: \(run.errors)") { run.errors.contains(Self.moved) }
        #expect(run.errors.contains("not even a heartbeat"), "\(run.errors)")
        try pair.primary.execute("INSERT INTO slots VALUES (4, 'four', 4)", database: "shop")
        try waitForRows(shop, 1...4, run)
        proxy.resume()
        try run.stop()
    }
}
