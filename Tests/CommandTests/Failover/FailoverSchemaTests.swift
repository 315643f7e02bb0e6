import Foundation
import TestSupport
import Testing

/// Two servers whose logs do not name columns.
@Suite struct FailoverSchemaTests {
    @Test func `tables that change before a failover, while nobody reads, and behind it are read as written`() throws {
        let pair = try ReplicatedShop()
        let (shop, primary, replica) = (pair.shop, pair.primary, pair.replica)
        try pair.catchUp()
        for server in [primary, replica] { try server.execute("SET GLOBAL binlog_row_metadata = 'MINIMAL'") }
        let path = try shop.configuration(sinks: ["warehouse"], hosts: pair.hosts)
        /// A row, a column more in front of the others' or among them, and a row with it.
        func change(_ id: Int, _ column: String, _ server: any DatabaseServer) throws {
            try shop.insertOrders(id...id, on: server)
            try server.execute("ALTER TABLE orders ADD COLUMN \(column)", database: "shop")
            try shop.insertOrders(id + 1...id + 1, on: server)
        }
        func wait(_ count: Int, _ run: ReplicatorProcess) throws {
            try waitUntil(timeout: 30, "\(count) rows: \(run.errors.suffix(3000))") {
                guard run.end == nil else { throw TestSupportError("it has ended: \(run.errors.suffix(3000))") }
                return try shop.sqlite("SELECT COUNT(*) FROM open_orders") == "\(count)\n"
            }
        }
        let first = try ReplicatorProcess.reading(path, ["--start", "latest"])
        try change(1, "x BIGINT UNSIGNED NOT NULL DEFAULT 7 FIRST", primary)
        try wait(2, first)
        try first.kill()

        // The replica cannot tell any more what the first of these was.
        try change(3, "y VARCHAR(9) FIRST", primary)
        try pair.catchUp()
        try primary.kill()
        try pair.promote()
        let second = try ReplicatorProcess(["run", "-c", path])
        try wait(4, second)
        #expect(second.errors.contains("another server is followed now"), "\(second.errors)")
        try change(5, "z SMALLINT AFTER y", replica)
        try wait(6, second)

        // A restart takes the history up in the log that is followed now.
        try second.kill()
        try change(7, "u TINYINT UNSIGNED FIRST", replica)
        let third = try ReplicatorProcess(["run", "-c", path])
        try wait(8, third)
        let (end, output, errors) = try shop.verify(path)
        #expect(end == .exited(0), "\(output)\n\(errors)\n\(third.errors)")
        try third.stop()
    }
}
