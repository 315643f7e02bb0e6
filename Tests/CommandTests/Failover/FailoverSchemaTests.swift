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
        func insert(_ id: Int, _ server: any DatabaseServer) throws {
            try server.execute(
                "INSERT INTO orders (id, status, unit_price, quantity, note) VALUES (\(id), 'open', \(id).5, 2, 'n\(id)')",
                database: "shop")
        }
        func alter(_ clause: String, _ server: any DatabaseServer) throws {
            try server.execute("ALTER TABLE orders ADD COLUMN \(clause)", database: "shop")
        }
        func run(_ options: [String], waitFor count: Int) throws -> ReplicatorProcess {
            let run = try ReplicatorProcess(["run", "-c", path] + options)
            if count == 0 { try waitUntil("reading: \(run.errors)") { run.errors.contains("msg=reading") } }
            try wait(count, run)
            return run
        }
        func wait(_ count: Int, _ run: ReplicatorProcess) throws {
            try waitUntil(timeout: 30, "\(count) rows: \(run.errors.suffix(3000))") {
                guard run.end == nil else { throw TestSupportError("it has ended: \(run.errors.suffix(3000))") }
                return try shop.sqlite("SELECT COUNT(*) FROM open_orders") == "\(count)\n"
            }
        }
        let first = try run(["--start", "latest"], waitFor: 0)
        try insert(1, primary)
        try alter("x BIGINT UNSIGNED NOT NULL DEFAULT 7 FIRST", primary)
        try insert(2, primary)
        try wait(2, first)
        try first.kill()

        // The replica cannot tell any more what the first of these was.
        try insert(3, primary)
        try alter("y VARCHAR(9) FIRST", primary)
        try insert(4, primary)
        try pair.catchUp()
        try primary.kill()
        try pair.promote()
        let second = try run([], waitFor: 4)
        #expect(second.errors.contains("another server is followed now"), "\(second.errors)")
        try insert(5, replica)
        try alter("z SMALLINT AFTER y", replica)
        try insert(6, replica)
        try wait(6, second)

        // A restart takes the history up in the log that is followed now.
        try second.kill()
        try insert(7, replica)
        try alter("u TINYINT UNSIGNED FIRST", replica)
        try insert(8, replica)
        let third = try run([], waitFor: 8)
        let (end, output, errors) = try shop.verify(path)
        #expect(end == .exited(0), "\(output)\n\(errors)\n\(third.errors)")
        try third.stop()
    }
}
