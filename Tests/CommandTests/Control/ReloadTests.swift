import Foundation
import Synchronization
import TestSupport
import Testing

/// `reload` and SIGHUP: edited mapping files hold from a barrier on, and bad ones do not.
@Suite(.serialized) struct ReloadTests {
    private func view(_ status: String, note: String = "COALESCE(note, '-')") -> String {
        """
        CREATE VIEW open_orders AS
        SELECT id AS order_id, \(status) AS status, unit_price * quantity AS total, \(note) AS note, created, weight,
               photo
        FROM shop.orders
        WHERE status <> 'draft';
        """
    }

    private func insert(_ shop: ShopFixture, _ ids: ClosedRange<Int>) throws {
        for id in ids {
            try shop.server.execute(
                "INSERT INTO orders VALUES (\(id), 1, 'open', 2.50, 3, 'n', NOW(6), 1, 'x')", database: "shop")
        }
    }

    @Test func `an edit holds from the printed position on: older rows by the old view, newer by the new, none lost`()
        throws
    {
        let shop = try ShopFixture()
        let path = try shop.configuration(lanes: 2, sinks: ["warehouse"])
        _ = try shop.scratch.write(view("CONCAT('old ', status)"), to: "mappings/orders.sql")
        let run = try ReplicatorProcess(["run", "-c", path, "--start", "earliest"])
        let status = StatusClient(configuration: path)
        try insert(shop, 1...20)
        try waitUntil { try shop.sqlite("SELECT COUNT(*) FROM open_orders") == "20\n" }
        let before = try status.pipeline("warehouse")["mapping"] as? [String: Any]
        // Writes go on all the while.
        let isDone = Atomic(false)
        let failure = Mutex<String?>(nil)
        let load = Thread {
            var id = 100
            while !isDone.load(ordering: .relaxed) {
                do {
                    try self.insert(shop, id...id)
                } catch {
                    failure.withLock { $0 = "\(error)" }
                    return
                }
                id += 1
            }
        }
        load.start()
        defer { isDone.store(true, ordering: .relaxed) }
        _ = try shop.scratch.write(view("CONCAT('new ', status)"), to: "mappings/orders.sql")
        let reply = try status.command("reload", "warehouse")
        #expect(reply.contains("warehouse: mapping ") && reply.contains(" holds from binlog."), "\(reply)")
        try waitUntil {
            try shop.sqlite("SELECT COUNT(*) > 5 FROM open_orders WHERE status = 'new open'") == "1\n"
        }
        isDone.store(true, ordering: .relaxed)
        try waitUntil { load.isFinished }
        #expect(failure.withLock { $0 } == nil)
        let count = try shop.server.query("SELECT COUNT(*) FROM shop.orders")[0][0] ?? "?"
        try waitUntil { try shop.sqlite("SELECT COUNT(*) FROM open_orders") == "\(count)\n" }
        // One cut: all ids below it are old, all above are new.
        let cut = try shop.sqlite(
            """
            SELECT MAX(CASE WHEN status = 'old open' THEN CAST(order_id AS INTEGER) END)
                 < MIN(CASE WHEN status = 'new open' THEN CAST(order_id AS INTEGER) END),
                   COUNT(*) = SUM(status IN ('old open', 'new open')) FROM open_orders
            """)
        #expect(cut == "1|1\n")
        let after = try #require(try status.pipeline("warehouse")["mapping"] as? [String: Any])
        #expect(after["version"] as? String != before?["version"] as? String)
        #expect((after["since"] as? String)?.hasPrefix("binlog.") == true)
        #expect(after["error"] is NSNull)
        #expect(run.errors.contains("msg=reloaded") && run.errors.contains("mapping=\(after["version"] ?? "")"))
        #expect(try status.command("reload", "warehouse").contains("the mappings are unchanged"))
        try run.stop()
    }

    @Test func `a bad edit keeps the old mapping and says so in the reply, in status and in the log`() throws {
        let shop = try ShopFixture()
        let path = try shop.configuration(sinks: ["warehouse"])
        let run = try ReplicatorProcess(["run", "-c", path, "--start", "earliest"])
        let status = StatusClient(configuration: path)
        try status.wait("warehouse", "running")
        let edits = [
            (view("stattus"), "stattus"),  // unknown at the source
            ("CREATE VIEW open_orders AS\nSELEC id FROM shop.orders;\n", "orders.sql:2:1: error:"),  // no SQL
            (view("status").replacingOccurrences(of: "AS total", with: "AS sum"), "sum"),  // unknown at the target
        ]
        for (number, edit) in edits.enumerated() {
            _ = try shop.scratch.write(edit.0, to: "mappings/orders.sql")
            let (end, output, errors) = try ReplicatorProcess.run(["reload", "-c", path])
            #expect(end == .exited(1) && output.isEmpty, "\(output)")
            #expect(errors.contains("warehouse: keeps its mappings") && errors.contains(edit.1), "\(errors)")
            let pipeline = try status.pipeline("warehouse")
            #expect(pipeline["state"] as? String == "running")
            let mapping = try #require(pipeline["mapping"] as? [String: Any])
            #expect((mapping["error"] as? String)?.contains(edit.1) == true)
            let message = (pipeline["last_error"] as? [String: Any])?["message"] as? String
            #expect(message?.contains(edit.1) == true)
            #expect(run.errors.contains("the mappings were not taken over"))
            try insert(shop, number...number)
            try waitUntil {
                try shop.sqlite("SELECT status FROM open_orders WHERE order_id = '\(number)'") == "open\n"
            }
        }
        // The same by signal, and mended.
        _ = try shop.scratch.write(view("UPPER(status)"), to: "mappings/orders.sql")
        run.signal(SIGHUP)
        try waitUntil { run.errors.contains("msg=reloaded") }
        let mapping = try #require(try status.pipeline("warehouse")["mapping"] as? [String: Any])
        #expect(mapping["error"] is NSNull)
        try insert(shop, 50...50)
        try waitUntil { try shop.sqlite("SELECT status FROM open_orders WHERE order_id = '50'") == "OPEN\n" }
        try run.stop()
    }

    @Test func `a reload while the source is down changes nothing, and a mended mapping starts a failed pipeline`()
        throws
    {
        let shop = try ShopFixture()
        let path = try shop.configuration()
        let run = try ReplicatorProcess(["run", "-c", path, "--start", "earliest"])
        let status = StatusClient(configuration: path)
        try status.wait("warehouse", "running")
        try status.wait("cache", "running")
        _ = try shop.scratch.write(view("UPPER(status)"), to: "mappings/orders.sql")
        try shop.server.stop()
        #expect(try ReplicatorProcess.run(["reload", "warehouse", "-c", path]).end == .exited(1))
        try shop.server.start()
        // Fails where the target's table is not as the view wants it.
        try shop.sqlite("ALTER TABLE open_orders RENAME COLUMN total TO sum")
        try insert(shop, 1...1)
        try status.wait("warehouse", "failed", timeout: 60)
        _ = try shop.scratch.write(
            view("status").replacingOccurrences(of: "AS total", with: "AS sum"), to: "mappings/orders.sql")
        #expect(try status.command("reload", "warehouse").contains("holds from"))
        try status.wait("warehouse", "running")
        try insert(shop, 2...2)
        try waitUntil { try shop.sqlite("SELECT sum FROM open_orders ORDER BY order_id") == "7.50\n7.50\n" }
        try run.stop()
    }

    @Test func `reload is as strict as check: a view of no table, or that a row there is refuses, changes nothing`()
        throws
    {
        let shop = try ShopFixture()
        let path = try shop.configuration(sinks: ["warehouse"])
        try shop.server.execute("INSERT INTO slots VALUES (1, 'a', 6)", database: "shop")
        let run = try ReplicatorProcess(["run", "-c", path, "--start", "earliest"])
        let status = StatusClient(configuration: path)
        try waitUntil { try shop.sqlite("SELECT COUNT(*) FROM slots") == "1\n" }
        for (view, part) in [
            ("SELECT id, code, n FROM shop.slotz", "the view slots reads no table"),
            ("SELECT id, code, 9223372036854775807 - 5 + n AS n FROM shop.slots", "BIGINT value is out of range"),
        ] {
            _ = try shop.scratch.write("CREATE VIEW slots AS \(view);\n", to: "mappings/slots.sql")
            let check = try ReplicatorProcess.run(["check", "-c", path])
            #expect(check.end == .exited(3) && check.output.contains(part), "\(check.output)")
            let (end, output, errors) = try ReplicatorProcess.run(["reload", "-c", path])
            #expect(end == .exited(1) && output.isEmpty)
            #expect(errors.contains("warehouse: keeps its mappings") && errors.contains(part), "\(errors)")
            let pipeline = try status.pipeline("warehouse")
            #expect(pipeline["state"] as? String == "running")
            #expect(((pipeline["mapping"] as? [String: Any])?["error"] as? String)?.contains(part) == true)
        }
        try shop.server.execute("INSERT INTO slots VALUES (2, 'b', 7)", database: "shop")
        try waitUntil { try shop.sqlite("SELECT n FROM slots WHERE id = 2") == "7\n" }
        try run.stop()
    }
}
