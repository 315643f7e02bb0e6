import Foundation
import TestSupport
import Testing

/// `try`: rows before and after a mapping, and what each sink would be sent, with nothing changed anywhere.
@Suite(.serialized) struct TryTests {
    /// A shop with a SQLite, a Redis, a MariaDB and a Kafka sink, of which no pipeline ever ran.
    private func configuration(_ shop: ShopFixture) throws -> String {
        try shop.server.execute(
            """
            CREATE DATABASE dw CHARACTER SET utf8mb4; CREATE TABLE dw.open_orders (order_id BIGINT UNSIGNED PRIMARY KEY, \
            status VARCHAR(10), total DECIMAL(20,2), note VARCHAR(200) NOT NULL, created DATETIME(6), weight DOUBLE, \
            photo BLOB); CREATE USER writer@'%' IDENTIFIED BY 's3cret'; GRANT ALL ON dw.* TO writer@'%'
            """)
        let path = try shop.configuration()
        let text = try String(contentsOfFile: path, encoding: .utf8)
        return try shop.scratch.write(
            text + """
                [sink dw]
                url = mysql://writer@127.0.0.1:\(shop.server.port)/dw
                password-file = password
                [sink events]
                url = kafka://127.0.0.1:1
                topic = shop.{table}
                [sink lines]
                url = stdout:

                """, to: "replicator.conf")
    }

    /// Lines without the blanks in front of them, those between columns made one.
    private func lines(_ output: String) -> [String] {
        output.split(separator: "\n").map { $0.split(separator: " ").joined(separator: " ") }
    }

    @Test func `rows of the tables as they are, as the view makes them, and the statement of each sink`() throws {
        let shop = try ShopFixture()
        let path = try configuration(shop)
        try shop.server.execute(
            """
            INSERT INTO orders VALUES (7, 1, 'open', 2.50, 3, NULL, '2026-01-02 03:04:05.5', 0.5, x'00ff'), \
            (8, 1, 'draft', 1, 1, 'x', NULL, NULL, NULL), (9, 1, 'paid', -1.25, 4, 'it''s\n', NULL, NULL, NULL)
            """, database: "shop")
        let end = try shop.server.binlogEnd()
        let file = shop.scratch.file("mappings/orders.sql")
        let (code, output, errors) = try ReplicatorProcess.run(["try", file, "-c", path, "--limit", "2"])
        #expect(code == .exited(0), "\(errors)")
        let lines = lines(output)
        for line in [
            "row 1 of shop.orders, as it is now", "unit_price \"2.50\"", "note null", "photo \"AP8=\"",
            "-> insert of open_orders (warehouse, cache, dw)", "total \"7.50\"", "note \"-\"",
            "warehouse: INSERT OR ABORT INTO `open_orders` (`order_id`, `status`, `total`, `note`, `created`, `weight`, "
                + "`photo`) VALUES ('7', 'open', '7.50', '-', '2026-01-02 03:04:05.500000', 0.5, x'00ff')",
            "cache: HSET open_orders:7 order_id 7 status open total 7.50 note - created \"2026-01-02 03:04:05.500000\" "
                + "weight 0.5 photo \"\\x00\\xff\"",
            "dw: INSERT INTO `dw`.`open_orders` (`order_id`, `status`, `total`, `note`, `created`, `weight`, `photo`) "
                + "VALUES (7,'open',7.50,'-','2026-01-02 03:04:05.500000',0.5e0,_binary'\\0\\xff')",
            "row 2 of shop.orders, as it is now",
            "-> nothing of open_orders (events, lines): the row is not in the view",
            "warehouse: DELETE FROM `open_orders` WHERE `order_id` COLLATE BINARY = '8'",
            "cache: DEL open_orders:8", "dw: DELETE FROM `dw`.`open_orders` WHERE `order_id`=8",
        ] where !lines.contains(line) { Issue.record("not there: \(line)\n\(output)") }
        #expect(
            lines.contains {
                $0.hasPrefix(#"events: topic shop.open_orders, key {"order_id":7}, value {"op":"insert","#)
            }, "\(output)")
        #expect(lines.contains { $0.hasPrefix(#"lines: {"op":"insert","database":"","table":"open_orders","#) })
        #expect(!output.contains("row 3 of"))
        #expect(!(output + errors).contains("s3cret"))

        // Nothing was touched.
        #expect(try shop.server.binlogEnd() == end)
        #expect(try shop.redis.command("DBSIZE") == .integer(0))
        #expect(try shop.sqlite("SELECT COUNT(*) FROM open_orders") == "0\n")
        #expect(try shop.sqlite("SELECT COUNT(*) FROM sqlite_schema WHERE name LIKE 'replicator%'") == "0\n")
        #expect(!FileManager.default.fileExists(atPath: shop.scratch.file("replicator.state")))
        #expect(!FileManager.default.fileExists(atPath: shop.scratch.file("target.db-wal")))
    }

    @Test func `changes of the log from a position on, with what the view makes of each`() throws {
        let shop = try ShopFixture()
        let path = try configuration(shop)
        let file = shop.scratch.file("mappings/orders.sql")
        try shop.server.execute("INSERT INTO orders (id, status) VALUES (1, 'open')", database: "shop")
        let start = try shop.server.binlogEnd()
        for statement in [
            "INSERT INTO orders (id, status) VALUES (2, 'draft')", "UPDATE orders SET status = 'open' WHERE id = 2",
            "INSERT INTO slots VALUES (1, 'a', 1)", "UPDATE orders SET quantity = 2, unit_price = 3 WHERE id = 2",
            "UPDATE orders SET id = 3 WHERE id = 2", "DELETE FROM orders WHERE id = 3",
        ] { try shop.server.execute(statement, database: "shop") }
        let arguments = ["try", file, "-c", path, "--start", "\(start.file):\(start.offset)", "--format", "json"]
        let (code, output, errors) = try ReplicatorProcess.run(arguments)
        #expect(code == .exited(0), "\(errors)")
        let objects = try output.split(separator: "\n").map { try #require(try StatusClient.object(String($0))) }
        func statements(_ sink: String) -> [[String]] {
            objects.map { object in
                let sinks = object["sinks"] as? [[String: Any]] ?? []
                return sinks.first { $0["sink"] as? String == sink }?["statements"] as? [String] ?? ["?"]
            }
        }
        #expect(
            objects.map { ($0["change"] as? [String: Any])?["op"] as? String } == [
                "insert", "update", "update", "update", "delete",
            ])
        #expect(objects.allSatisfy { $0["from"] as? String == "log" && $0["view"] as? String == "open_orders" })
        #expect(
            statements("cache") == [
                ["DEL open_orders:2"],
                ["HSET open_orders:2 order_id 2 status open note -", "HDEL open_orders:2 total created weight photo"],
                [
                    "HSET open_orders:2 order_id 2 status open total 6.00 note -",
                    "HDEL open_orders:2 created weight photo",
                ],
                [
                    "MULTI", "DEL open_orders:2", "HSET open_orders:3 order_id 3 status open total 6.00 note -",
                    "HDEL open_orders:3 created weight photo", "EXEC",
                ],
                ["DEL open_orders:3"],
            ])
        let dw = statements("dw").map { $0.map { String($0.prefix(64)) } }
        #expect(dw[0] == ["DELETE FROM `dw`.`open_orders` WHERE `order_id`=2"])
        #expect(dw[1].count == 1 && dw[1][0].hasPrefix("INSERT INTO `dw`.`open_orders`"))
        #expect(dw[3].count == 1 && dw[3][0].hasPrefix("UPDATE `dw`.`open_orders` SET `order_id`=3,"))
        #expect(statements("events")[0] == [])
        #expect(statements("events")[3].count == 3, "delete, tombstone, insert: \(statements("events")[3])")

        // As many as were asked for, and no further than asked for.
        let two = try ReplicatorProcess.run(arguments + ["--limit", "2"])
        #expect(two.output.split(separator: "\n").count == 2)
        let none = try ReplicatorProcess.run(arguments + ["--until", "\(start.file):\(start.offset)"])
        #expect(none.end == .exited(0) && none.output.isEmpty && none.errors.contains("no such row or change"))
    }

    @Test func `binary log files are tried without a server to ask`() throws {
        let shop = try ShopFixture()
        try shop.server.execute("INSERT INTO slots VALUES (1, 'a', 1), (2, 'b', 2)", database: "shop")
        try shop.server.flushLogs()
        let binlog = try #require(try shop.server.binlogFiles().first)
        let path = try shop.scratch.write(
            "[source]\nurl = file:\(binlog)\n[sink cache]\nurl = redis://127.0.0.1:1\n", to: "file.conf")
        let view = try shop.scratch.write(
            "CREATE VIEW s AS SELECT id, UPPER(code) AS code FROM shop.slots", to: "s.sql")
        let (code, output, errors) = try ReplicatorProcess.run(["try", view, "-c", path])
        #expect(code == .exited(0), "\(errors)")
        #expect(lines(output).contains("cache: HSET s:2 id 2 code B"), "\(output)")
        #expect(output.contains("insert of shop.slots at binlog.000001:"))
    }

    @Test func `what is wrong is shown with line and caret, and a target that lacks the table beside the rows`() throws
    {
        let shop = try ShopFixture()
        let path = try shop.configuration()
        try shop.server.execute(
            "INSERT INTO slots VALUES (1, 'a', 1), (2, 'b', 9), (3, 'c', 3)", database: "shop")
        func run(_ view: String, _ more: String...) throws -> (end: ProcessEnd, output: String, errors: String) {
            let file = try shop.scratch.write(view, to: "slots.sql")
            return try ReplicatorProcess.run(["try", file, "-c", path] + more)
        }
        let typo = try run("CREATE VIEW slots AS\nSELECT id, cod FROM shop.slots;\n")
        #expect(typo.end == .exited(1) && typo.output.isEmpty)
        #expect(
            typo.errors.hasSuffix(
                """
                slots.sql:2:12: error: unknown column cod in shop.slots; did you mean code?
                SELECT id, cod FROM shop.slots;
                           ^~~

                """), "\(typo.errors)")
        let syntax = try run("CREATE VIEW slots AS\nSELECT id id2 id3 FROM shop.slots;\n")
        #expect(syntax.end == .exited(1) && syntax.errors.contains("slots.sql:2:15: error:"), "\(syntax.errors)")
        let nothing = try run("CREATE VIEW s AS SELECT id FROM shop.slotz;\n")
        #expect(nothing.end == .exited(1) && nothing.errors.contains("slots.sql:1:13: the view s reads no table"))

        // A row that only evaluation refuses stands among those that go through.
        let overflow = try run(
            "CREATE VIEW slots AS\nSELECT id, code, 9223372036854775807 - 5 + n AS n FROM shop.slots;\n")
        #expect(overflow.end == .exited(1))
        #expect(overflow.output.contains("row 3 of shop.slots"))
        #expect(
            overflow.output.contains(
                """
                slots.sql:2:18: error: BIGINT value is out of range in '9223372036854775807 - 5 + n'
                SELECT id, code, 9223372036854775807 - 5 + n AS n FROM shop.slots;
                                 ^~~~~~~~~~~~~~~~~~~~~~~~~~~
                """), "\(overflow.output)")
        #expect(overflow.output.contains("cache: HSET slots:1 id 1 code a n 9223372036854775803"))

        let noKey = try run("CREATE VIEW slots AS SELECT code FROM shop.slots;\n")
        #expect(noKey.end == .exited(1) && noKey.output.contains("drops a part of the primary key (id)"))

        try shop.sqlite("DROP TABLE slots")
        let missing = try run("CREATE VIEW slots AS SELECT id, code, n FROM shop.slots;\n")
        #expect(missing.end == .exited(1))
        #expect(missing.output.contains("has no table slots; make it"), "\(missing.output)")
        #expect(missing.output.contains("cache: HSET slots:1 id 1 code a n 1"))
        let one = try run("CREATE VIEW slots AS SELECT id, code, n FROM shop.slots;\n", "--sink", "cache")
        #expect(one.end == .exited(0) && !one.output.contains("warehouse"))

        for (arguments, part) in [
            (["--limit", "0"], "--limit takes a number"), (["--format", "xml"], "no such --format"),
            (["--until", "latest"], "--until goes with --start"), (["--sink", "nowhere"], "no [sink nowhere]"),
            (["--start", "soon"], "\"soon\" is no position"),
        ] {
            let refused = try ReplicatorProcess.run(["try", shop.scratch.file("slots.sql"), "-c", path] + arguments)
            #expect(refused.end == .exited(2) && refused.errors.contains(part), "\(refused.errors)")
        }
    }

    /// What is read from the tables is what the log says of the same rows.
    @Test(arguments: ServerKind.allCases)
    func `rows of the tables are those of the log, on both servers`(kind: ServerKind) throws {
        let server = try kind.start()
        let scratch = try ScratchFolder()
        try server.execute(
            """
            CREATE DATABASE d CHARACTER SET utf8mb4; CREATE TABLE d.t (id INT PRIMARY KEY, u BIGINT UNSIGNED, \
            dec1 DECIMAL(30,10), f FLOAT, d DOUBLE, b BIT(64), y YEAR, da DATE, ti TIME(3), dt DATETIME(6), \
            ts TIMESTAMP(2) NULL, l VARCHAR(20) CHARACTER SET latin1, c CHAR(5), bi BINARY(4), bl BLOB, \
            e ENUM('a','é'), s SET('x','y','ü'), j JSON, g GEOMETRY)
            """)
        let begin = try server.binlogEnd()
        try server.execute(
            """
            SET SESSION sql_mode = '', time_zone = '+03:00'; INSERT INTO d.t VALUES (1, 18446744073709551615, \
            -1234567890.0123456789, 0.1, 1e300, b'1000000000000000000000000000000000000000000000000000000000000001', \
            2155, '2024-02-29', '-838:59:58.999', '2024-02-29 23:59:59.123456', '2024-02-29 03:04:05.67', 'straße', 'a', \
            x'01000000', x'00ff', 'é', 'x,ü', '{"k": [1, "ü"]}', ST_GeomFromText('POINT(1 2)')), \
            (2, 0, 0, -1.5, 0, 0, 0, '0000-00-00', '00:00:00', '0000-00-00 00:00:00', 0, '', '', '', '', '', '', 'null', NULL), \
            (3, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL)
            """)
        let path = try scratch.write("[source]\nurl = \(server.url)\n[sink s]\nurl = stdout:\n", to: "t.conf")
        let view = try scratch.write("CREATE VIEW v AS SELECT *, id + 1 AS next FROM d.t", to: "v.sql")
        func images(_ more: String...) throws -> [String] {
            let (end, output, errors) = try ReplicatorProcess.run(
                ["try", view, "-c", path, "--format", "json"] + more)
            #expect(end == .exited(0), "\(errors)")
            return output.split(separator: "\n").map { line in
                line.components(separatedBy: ",\"commit_time\"").first?
                    .components(separatedBy: "\"after\":").last ?? "?"
            }
        }
        let logged = try images("--start", "\(begin.file):\(begin.offset)")
        let stored = try images()
        #expect(logged.count == 3)
        for (stored, logged) in zip(stored, logged) { #expect(stored == logged) }
        #expect(stored.count == 3)
        let check = try ReplicatorProcess.run(["check", "-c", path])
        #expect(!check.output.contains("error") && check.output.contains("sink s: ok"), "\(check.output)")
    }
}
