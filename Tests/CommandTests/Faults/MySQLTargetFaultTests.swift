import Foundation
import TestSupport
import Testing

/// What may happen to a MariaDB or MySQL target: one clear line, the right state in `status`, and nothing lost.
@Suite(.serialized) struct MySQLTargetFaultTests {
    private func start(_ configuration: String, _ more: [String] = []) throws -> ReplicatorProcess {
        try ReplicatorProcess(["run", "-c", configuration] + more)
    }

    /// Waits for a line of the log that has all `parts`, and returns it.
    @discardableResult
    private func wait(for parts: String..., in run: ReplicatorProcess) throws -> String {
        var found: Substring?
        try waitUntil(timeout: 60, "\(parts) in\n\(run.errors.suffix(3000))") {
            found = run.errors.split(separator: "\n").first { line in parts.allSatisfy { line.contains($0) } }
            return found != nil
        }
        return String(found ?? "")
    }

    private func insert(_ rows: ClosedRange<Int>, _ shop: ShopFixture) throws {
        for id in rows { try shop.server.execute("INSERT INTO slots VALUES (\(id), 'c\(id)', 0)", database: "shop") }
    }

    private func expectEqual(_ target: ShopTarget, _ configuration: String, _ run: ReplicatorProcess) throws {
        let (end, output, errors) = try target.shop.verify(configuration)
        #expect(end == .exited(0), "\(output)\n\(errors)\n\(run.errors.suffix(3000))")
        try run.stop()
    }

    /// How each kind is told to take no writes from anyone but us.
    private func setReadOnly(_ isOn: Bool, _ target: ShopTarget, _ kind: ServerKind) throws {
        let variable = kind == .mariaDB ? "read_only" : isOn ? "super_read_only" : "read_only"
        try target.server.execute("SET GLOBAL \(variable) = \(isOn ? "ON" : "OFF")")
    }

    @Test(arguments: ServerKind.allCases)
    func `a target that is down, then read-only, then back is waited for`(kind: ServerKind) throws {
        let shop = try ShopFixture()
        let target = try ShopTarget(kind, shop)
        let configuration = try target.configuration(lanes: 2, cache: true)
        let status = StatusClient(configuration: configuration)
        let run = try start(configuration, ["--start", "earliest"])
        try insert(1...2, shop)
        try waitUntil(timeout: 60) { try target.number("SELECT COUNT(*) FROM slots") == 2 }
        try target.server.stop()
        try insert(3...4, shop)
        try wait(for: "pipeline=warehouse", "trying again", "mysql://writer@127.0.0.1", in: run)
        try status.wait("warehouse", "unhealthy")
        #expect(try status.state("cache") == "running")
        try target.server.start()
        try waitUntil(timeout: 60) { try target.number("SELECT COUNT(*) FROM slots") == 4 }
        try status.wait("warehouse", "running")

        try setReadOnly(true, target, kind)
        try insert(5...6, shop)
        let line = try wait(for: "pipeline=warehouse", "trying again", "read", "only", "(error 1290)", in: run)
        #expect(line.contains("level=warn"), "\(line)")
        try status.wait("warehouse", "unhealthy")
        let last = try status.pipeline("warehouse")["last_error"] as? [String: Any]
        #expect((last?["message"] as? String)?.contains("1290") == true, "\(last ?? [:])")
        let check = try ReplicatorProcess.run(["check", "-c", configuration])
        #expect(check.end == .exited(3))
        #expect(check.output.contains("SET GLOBAL read_only = OFF"), "\(check.output)")
        #expect(!check.output.contains("is it up"), "\(check.output)")
        #expect(try target.number("SELECT COUNT(*) FROM slots") == 4)
        try setReadOnly(false, target, kind)
        try waitUntil(timeout: 60) { try target.number("SELECT COUNT(*) FROM slots") == 6 }
        try status.wait("warehouse", "running")
        try expectEqual(target, configuration, run)
        try target.server.stop()
    }

    @Test(arguments: ServerKind.allCases)
    func `a target table that goes away stops the pipeline, and is named`(kind: ServerKind) throws {
        let shop = try ShopFixture()
        let target = try ShopTarget(kind, shop)
        let configuration = try target.configuration(cache: true)
        let run = try start(configuration, ["--start", "earliest"])
        try insert(1...1, shop)
        try waitUntil(timeout: 60) { try target.number("SELECT COUNT(*) FROM slots") == 1 }
        try target.execute("RENAME TABLE slots TO slots_gone")
        try insert(2...2, shop)
        try wait(for: "level=error", "pipeline=warehouse", "slots", "replicator check shows how to make it", in: run)
        let status = StatusClient(configuration: configuration)
        try status.wait("warehouse", "failed")
        #expect(try status.state("cache") == "running")
        let check = try ReplicatorProcess.run(["check", "-c", configuration])
        #expect(check.output.contains("has no table slots; make it, for example: CREATE TABLE"), "\(check.output)")
        try target.execute("RENAME TABLE slots_gone TO slots")
        run.signal(SIGTERM)
        #expect(try run.wait() == .exited(1))
        try expectEqual(target, configuration, try start(configuration))
        try target.server.stop()
    }

    @Test(arguments: ServerKind.allCases)
    func `a target column that goes away is named with server, database and the place in the log`(
        kind: ServerKind
    ) throws {
        let shop = try ShopFixture()
        let target = try ShopTarget(kind, shop)
        let configuration = try target.configuration()
        let run = try start(configuration, ["--start", "earliest"])
        try insert(1...1, shop)
        try waitUntil(timeout: 60) { try target.number("SELECT COUNT(*) FROM slots") == 1 }
        try target.execute("ALTER TABLE slots DROP COLUMN n")
        try insert(2...2, shop)
        #expect(try run.wait() == .exited(1))
        let database = "mysql://writer@127.0.0.1:\(target.server.port)/warehouse: "
        try wait(
            for: "level=error", "slots at binlog.000001:", "row 0: \(database)table slots lacks column n: ALTER TABLE",
            in: run)
        // Before the first row too.
        let again = try ReplicatorProcess.run(["run", "-c", configuration])
        #expect(again.errors.contains("\(database)table slots lacks column n: ALTER TABLE"), "\(again.errors)")
        try target.server.stop()
    }

    @Test func `an account with an expired password, and one that wants a certificate`() throws {
        let shop = try ShopFixture()
        let target = try ShopTarget(.mySQL, shop)
        let configuration = try target.configuration()
        for (alter, said) in [
            ("REQUIRE X509", "set ssl-cert and ssl-key"),
            ("REQUIRE NONE PASSWORD EXPIRE", "ALTER USER … IDENTIFIED BY"),
            ("PASSWORD EXPIRE NEVER ACCOUNT LOCK", "ACCOUNT UNLOCK"),
        ] {
            try target.server.execute("ALTER USER writer@'%' \(alter)")
            let check = try ReplicatorProcess.run(["check", "-c", configuration])
            #expect(check.end == .exited(3))
            #expect(check.output.contains(said), "\(check.output)")
            let run = try ReplicatorProcess.run(["run", "-c", configuration, "--start", "earliest"])
            #expect(run.end == .exited(1))
            #expect(run.errors.contains(said), "\(run.errors)")
        }
        try target.server.stop()
    }

    /// What the target's table is made to be, and what the log must say of the row.
    private static let refusals: [(alter: String, column: String, error: String, wayOut: String)] = [
        ("MODIFY note VARCHAR(3)", "note", "error 1406", "make the column wider"),
        ("MODIFY order_id TINYINT UNSIGNED", "order_id", "error 1264", "make the column wider"),
        ("MODIFY note VARCHAR(200) CHARACTER SET latin1", "note", "error 1366", "utf8mb4"),
        ("ADD CONSTRAINT small_total CHECK (total < 100)", "small_total", "error", "drop the constraint"),
        ("MODIFY note VARCHAR(200) NOT NULL, MODIFY weight DOUBLE NOT NULL", "weight", "error 1048", "COALESCE"),
    ]

    @Test(arguments: ServerKind.allCases)
    func `a value that the target rejects is named by table and column, and nothing of it stays`(
        kind: ServerKind
    ) throws {
        let shop = try ShopFixture()
        let target = try ShopTarget(kind, shop)
        let configuration = try target.configuration()
        let row = { (id: Int, note: String, price: Int, weight: String) in
            "(\(id), 1, 'open', \(price), 1, '\(note)', NOW(6), \(weight), '')"
        }
        for refusal in Self.refusals {
            try shop.server.execute("DELETE FROM slots; DELETE FROM orders", database: "shop")
            try target.makeTables()
            try target.execute("ALTER TABLE open_orders \(refusal.alter)")
            let run = try start(configuration, ["--start", "latest", "--reset-checkpoint"])
            try wait(for: "msg=reading", in: run)
            try shop.server.execute(
                """
                INSERT INTO slots VALUES (1, 'before', 0);
                BEGIN;
                INSERT INTO slots VALUES (2, 'within', 0);
                INSERT INTO orders VALUES \(row(1, "ok", 5, "1"));
                INSERT INTO orders VALUES \(row(1_000, "secret 緑茶", 700, "NULL"));
                COMMIT;
                INSERT INTO slots VALUES (3, 'after', 0)
                """, database: "shop")
            #expect(try run.wait() == .exited(1))
            let line = try wait(for: "level=error", "pipeline=warehouse", "invalid-value", in: run)
            #expect(line.contains("open_orders at binlog.000001:"), "\(line)")
            #expect(line.contains(refusal.column) && line.contains(refusal.error), "\(refusal): \(line)")
            #expect(line.contains(refusal.wayOut) && line.contains("replicator resume"), "\(refusal): \(line)")
            #expect(!run.errors.contains("secret") && !run.errors.contains("700.00") && !run.errors.contains("緑茶"))
            // All of its transaction, or none; what was in front of it may be there.
            #expect(try target.number("SELECT COUNT(*) FROM open_orders") == 0)
            #expect(try target.number("SELECT COUNT(*) FROM slots WHERE id > 1") == 0)
            try target.execute("DROP TABLE open_orders")
            try target.execute(ShopTarget.openOrders)
            try expectEqual(target, configuration, try start(configuration))
        }
        try target.server.stop()
    }

    @Test(arguments: ServerKind.allCases)
    func `a second daemon takes the pipeline over, and the first one stops and says so`(kind: ServerKind) throws {
        let shop = try ShopFixture()
        let target = try ShopTarget(kind, shop)
        let first = try start(try target.configuration(lanes: 2), ["--start", "earliest"])
        try insert(1...1, shop)
        try waitUntil(timeout: 60) { try target.number("SELECT COUNT(*) FROM slots") == 1 }
        let configuration = try target.configuration(lanes: 2, file: "second.conf")
        let second = try start(configuration)
        try wait(for: "msg=reading", in: second)
        try insert(2...3, shop)
        #expect(try first.wait() == .exited(1))
        try wait(for: "level=error", "pipeline=warehouse", "another process", in: first)
        try waitUntil(timeout: 60) { try target.number("SELECT COUNT(*) FROM slots") == 3 }
        try expectEqual(target, configuration, second)
        #expect(!second.errors.contains("level=error"), "\(second.errors)")
        try target.server.stop()
    }

    @Test func `a target that is the source's own tables is refused`() throws {
        let shop = try ShopFixture()
        try shop.server.execute("GRANT ALL ON shop.* TO writer@'%' IDENTIFIED BY ''")
        try shop.server.execute("CREATE DATABASE other; GRANT ALL ON other.* TO writer@'%'")
        // By another name of the same server.
        for (url, isLoop) in [
            ("127.1:\(shop.server.port)/shop", true), ("127.0.0.1:\(shop.server.port)/other", false),
        ] {
            let path = try shop.configuration(sinks: [])
            let text = try String(contentsOfFile: path, encoding: .utf8)
            let configuration = try shop.scratch.write(
                text + "[sink loop]\nurl = mysql://writer@\(url)\n", to: "loop.conf")
            let check = try ReplicatorProcess.run(["check", "-c", configuration])
            #expect(check.end == .exited(3))
            let finding = "the target table shop.slots is on the source's own server"
            #expect(check.output.contains(finding) == isLoop, "\(check.output)\(check.errors)")
            guard isLoop else { continue }
            let run = try ReplicatorProcess.run(["run", "-c", configuration, "--start", "earliest"])
            #expect(run.end == .exited(1))
            #expect(run.errors.contains(finding), "\(run.errors)")
        }
    }
}
