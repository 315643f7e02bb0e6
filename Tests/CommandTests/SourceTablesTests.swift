import Foundation
import MySQLClient
import TestSupport
import Testing

/// Tables that the log shows otherwise than a SELECT does, and statements that it has instead of rows.
@Suite(.serialized) struct SourceTablesTests {
    private func prepare(_ shop: ShopFixture, tables: String, targets: String) throws -> String {
        try shop.server.execute(tables, database: "shop")
        try shop.sqlite(targets)
        return try shop.configuration()
    }

    /// Runs until both sinks have all, verifies them, and ends the run.
    private func runAndVerify(_ shop: ShopFixture, _ path: String) throws {
        let run = try ReplicatorProcess(["run", "-c", path, "--start", "earliest"])
        let sinks = try String(contentsOfFile: path, encoding: .utf8).split(separator: "[sink ").count - 1
        try waitUntil { run.end != nil || run.errors.split(separator: "msg=reading").count > sinks }
        let (end, output, errors) = try shop.verify(path)
        #expect(end == .exited(0), "\(output)\(errors)\(run.errors)")
        try run.stop()
    }

    @Test func `a table with system versioning is what SELECT shows of it`() throws {
        let shop = try ShopFixture()
        let path = try prepare(
            shop,
            tables: """
                CREATE TABLE hidden (id INT PRIMARY KEY, v VARCHAR(20), u INT, UNIQUE (u)) WITH SYSTEM VERSIONING;
                CREATE TABLE named (id INT, v INT, w INT WITHOUT SYSTEM VERSIONING,
                    rs TIMESTAMP(6) GENERATED ALWAYS AS ROW START, re TIMESTAMP(6) GENERATED ALWAYS AS ROW END,
                    PERIOD FOR SYSTEM_TIME (rs, re), PRIMARY KEY (id)) WITH SYSTEM VERSIONING;
                CREATE TABLE plain (id INT PRIMARY KEY, row_start TIMESTAMP(6) NOT NULL DEFAULT NOW(6),
                    row_end TIMESTAMP(6) NOT NULL DEFAULT NOW(6));
                """,
            targets: """
                CREATE TABLE hidden (id INTEGER PRIMARY KEY, v TEXT, u INTEGER UNIQUE);
                CREATE TABLE named (id INTEGER PRIMARY KEY, v INTEGER, w INTEGER, rs TEXT, re TEXT);
                CREATE TABLE plain (id INTEGER PRIMARY KEY, row_start TEXT, row_end TEXT);
                """)
        try shop.server.execute(
            """
            INSERT INTO hidden VALUES (1, 'a', 1), (2, 'b', 2), (3, 'c', 3), (4, 'd', 4);
            UPDATE hidden SET v = 'x' WHERE id = 1; UPDATE hidden SET id = 20 WHERE id = 2; DELETE FROM hidden WHERE id = 3;
            REPLACE INTO hidden VALUES (4, 'e', 4); REPLACE INTO hidden VALUES (5, 'f', 1);
            INSERT INTO hidden VALUES (4, 'z', 4) ON DUPLICATE KEY UPDATE v = 'y';
            BEGIN; INSERT INTO hidden VALUES (6, 'g', 6); UPDATE hidden SET v = 'h' WHERE id = 6;
            DELETE FROM hidden WHERE id = 6; INSERT INTO hidden VALUES (6, 'i', 6); COMMIT;
            DELETE HISTORY FROM hidden; UPDATE hidden SET v = 'j' WHERE id = 6;
            INSERT INTO named (id, v, w) VALUES (1, 1, 1), (2, 2, 2), (3, 3, 3);
            UPDATE named SET v = 10 WHERE id = 1; UPDATE named SET w = 10 WHERE id = 1; DELETE FROM named WHERE id = 2;
            UPDATE named SET id = 30 WHERE id = 3;
            INSERT INTO plain (id) VALUES (1), (2); UPDATE plain SET row_end = NOW(6) WHERE id = 1;
            DELETE FROM plain WHERE id = 2
            """, database: "shop")
        try runAndVerify(shop, path)
        #expect(try shop.sqlite("SELECT * FROM hidden ORDER BY 1") == "4|y|4\n5|f|1\n6|j|6\n20|b|2\n")
        #expect(try shop.sqlite("SELECT id, v, w FROM named ORDER BY 1") == "1|10|10\n30|3|3\n")
        #expect(try shop.redis.command("HGETALL", "hidden:20").elements.count == 6)
    }

    @Test func `columns that are generated or invisible are copied as they are`() throws {
        let shop = try ShopFixture()
        let path = try prepare(
            shop,
            tables: """
                CREATE TABLE made (id INT PRIMARY KEY, a INT INVISIBLE DEFAULT 7, v INT AS (id + a) VIRTUAL,
                    s INT AS (id * 2) STORED, k INT AS (id + 3) VIRTUAL, b VARCHAR(9), KEY (k))
                """,
            targets: """
                CREATE TABLE made (id INTEGER PRIMARY KEY, a INTEGER, v INTEGER, s INTEGER, k INTEGER, b TEXT)
                """)
        try shop.server.execute(
            """
            INSERT INTO made (id, b) VALUES (1, 'x'), (2, 'y'), (3, 'z'); UPDATE made SET b = 'n' WHERE id = 1;
            UPDATE made SET a = 100 WHERE id = 2; UPDATE made SET id = 33 WHERE id = 3; DELETE FROM made WHERE k = 4;
            REPLACE INTO made (id, a, b) VALUES (2, 5, 'r')
            """, database: "shop")
        try runAndVerify(shop, path)
        #expect(try shop.sqlite("SELECT * FROM made ORDER BY 1") == "2|5|7|4|5|r\n33|7|40|66|36|z\n")
    }

    @Test func `sequences are passed over, from a server and from files, and check names them`() throws {
        let shop = try ShopFixture()
        let path = try shop.configuration(sinks: ["cache"])
        try shop.server.execute(
            """
            CREATE SEQUENCE numbers; SELECT NEXTVAL(numbers); INSERT INTO slots VALUES (NEXTVAL(numbers), 'a', 1);
            ALTER SEQUENCE numbers RESTART 50; SELECT SETVAL(numbers, 60); DROP SEQUENCE numbers;
            CREATE SEQUENCE others CACHE 1; SELECT NEXTVAL(others)
            """, database: "shop")
        let (checked, report, _) = try ReplicatorProcess.run(["check", "-c", path])
        #expect(checked == .exited(0), "\(report)")
        #expect(report.contains("note: shop.others is a sequence"), "\(report)")
        try runAndVerify(shop, path)
        let files = try shop.scratch.write(
            """
            [source]
            url = file:\(shop.server.dataDirectory)
            tables = shop.*
            [sink cache]
            url = \(shop.redis.url)
            """, to: "files.conf")
        let (end, _, errors) = try ReplicatorProcess.run(
            ["run", "-c", files, "--start", "earliest", "--reset-checkpoint"])
        #expect(end == .exited(0), "\(errors)")
        #expect(try shop.redis.command("KEYS", "*s:*").elements.count == 1)
    }

    @Test func `foreign keys that cascade are refused with both ways out, by check and by run`() throws {
        let shop = try ShopFixture()
        try shop.server.execute(
            """
            CREATE TABLE parents (id INT PRIMARY KEY);
            CREATE TABLE children (id INT PRIMARY KEY, p INT, FOREIGN KEY (p) REFERENCES parents (id) ON DELETE CASCADE);
            CREATE TABLE strict (id INT PRIMARY KEY, p INT, FOREIGN KEY (p) REFERENCES parents (id));
            INSERT INTO parents VALUES (1); INSERT INTO children VALUES (1, 1)
            """, database: "shop")
        let path = try shop.configuration(sinks: ["cache"])
        let text = try String(contentsOfFile: path, encoding: .utf8)
        for command in [["check", "-c", path], ["run", "-c", path, "--start", "earliest"]] {
            let (end, output, errors) = try ReplicatorProcess.run(command)
            #expect(end == .exited(command[0] == "check" ? 3 : 1), "\(output)\(errors)")
            let line = try #require((output + errors).split(separator: "\n").first { $0.contains("shop.children") })
            for part in ["shop.parents", "ON DELETE CASCADE", "!shop.children", "cascades = ignore"] {
                #expect(line.contains(part), "\(line)")
            }
            #expect(!(output + errors).contains("shop.strict"))
        }
        #expect(try shop.redis.command("EXISTS", "parents:1") == .integer(0))
        try text.replacingOccurrences(of: "tables = shop.*", with: "tables = shop.*, !shop.children")
            .write(toFile: path, atomically: true, encoding: .utf8)
        #expect(try ReplicatorProcess.run(["check", "-c", path]).end == .exited(0))
        try text.replacingOccurrences(of: "format = hash", with: "format = hash\ncascades = ignore")
            .write(toFile: path, atomically: true, encoding: .utf8)
        #expect(try ReplicatorProcess.run(["check", "-c", path]).end == .exited(0))
        try runAndVerify(shop, path)
    }

    @Test func `a foreign key that cascades, made while running, stops the pipeline in front of it`() throws {
        let shop = try ShopFixture()
        let path = try shop.configuration(sinks: ["cache"])
        let run = try ReplicatorProcess(["run", "-c", path, "--start", "earliest"])
        try shop.server.execute("INSERT INTO slots VALUES (1, 'a', 1)", database: "shop")
        try waitUntil { try shop.redis.command("EXISTS", "slots:1") == .integer(1) }
        try shop.server.execute(
            """
            CREATE TABLE children (id INT PRIMARY KEY, p INT, FOREIGN KEY (p) REFERENCES slots (id) ON DELETE SET NULL)
            """, database: "shop")
        #expect(try run.wait() == .exited(1))
        #expect(run.errors.contains("shop.children") && run.errors.contains("cascades = ignore"), "\(run.errors)")
    }

    @Test func `statements that are logged stop only where they touch our tables, and are counted where told so`()
        throws
    {
        let shop = try ShopFixture()
        let path = try shop.configuration(sinks: ["cache"])
        try shop.server.execute(
            """
            CREATE DATABASE other; USE other; CREATE TABLE o (id INT PRIMARY KEY);
            SET SESSION binlog_format = STATEMENT; INSERT INTO o VALUES (2); UPDATE other.o SET id = 3 WHERE id = 2;
            SET SESSION binlog_format = ROW; INSERT INTO shop.slots VALUES (1, 'a', 1);
            SET SESSION binlog_format = STATEMENT; UPDATE shop.slots SET code = 's3cret' WHERE id = 1;
            SET SESSION binlog_format = ROW; INSERT INTO shop.slots VALUES (2, 'b', 1);
            SET SESSION binlog_format = MIXED; BEGIN; INSERT INTO shop.slots VALUES (5, 's3cret5', 1);
            DELETE FROM shop.slots WHERE id = 5; COMMIT;
            SET SESSION binlog_format = ROW; INSERT INTO shop.slots VALUES (3, 'c', 1)
            """)
        let (end, _, errors) = try ReplicatorProcess.run(["run", "-c", path, "--start", "earliest"])
        #expect(end == .exited(1))
        let line = try #require(errors.split(separator: "\n").first { $0.contains("has stopped") })
        #expect(line.contains("a statement (UPDATE)") && line.contains("of shop.slots"), "\(line)")
        #expect(!errors.contains("s3cret"))
        // The way out is the command that the message names.
        let words = line.split(whereSeparator: { $0 == " " || $0 == ";" || $0 == "\"" }).map(String.init)
        let place = try #require(words.lastIndex(of: "--start"))
        let behind = try ReplicatorProcess.run([
            "run", "-c", path, "--start", words[place + 1], "--reset-checkpoint",
        ])
        #expect(behind.end == .exited(1) && behind.errors.contains("a statement (INSERT)"), "\(behind.errors)")
        #expect(try shop.redis.command("EXISTS", "slots:2", "slots:3") == .integer(1))

        // Told so, it counts them and goes on.
        let text = try String(contentsOfFile: path, encoding: .utf8)
        try text.replacingOccurrences(of: "format = hash", with: "format = hash\nstatement-changes = skip")
            .write(toFile: path, atomically: true, encoding: .utf8)
        let run = try ReplicatorProcess(["run", "-c", path])
        try waitUntil { try shop.redis.command("EXISTS", "slots:3") == .integer(1) }
        let status = StatusClient(configuration: path)
        #expect(try status.pipeline("cache")["skipped_statements"] as? Int == 2)
        #expect(try status.command("status").contains("2 changes that were logged as text are passed over"))
        #expect(run.errors.contains("statement=INSERT table=shop.slots"), "\(run.errors)")
        #expect(!run.errors.contains("s3cret"))
        try run.stop()
        #expect(try shop.redis.command("EXISTS", "slots:1", "slots:2", "slots:5") == .integer(2))

        let tail = ["tail", shop.server.url, "--start", "earliest", "--until", "latest", "--tables", "shop.slots"]
        #expect(try ReplicatorProcess.run(tail).end == .exited(1))
        let skipping = try ReplicatorProcess.run(tail + ["--statement-changes", "skip"])
        #expect(skipping.end == .exited(0))
        #expect(skipping.output.split(separator: "\n").count == 3)
        let said = skipping.errors.split(separator: "\n")
        #expect(said.count == 4 && said[1].contains("shop.slots (INSERT)"), "\(skipping.errors)")
        #expect(said.last?.contains("3 changes that were logged as text, not as rows, were passed over") == true)
        #expect(!skipping.errors.contains("s3cret"))
    }

    @Test func `a stop while a question to the source waits takes effect at once`() throws {
        let shop = try ShopFixture()
        let path = try shop.configuration(sinks: ["cache"])
        // Nobody learns anything of a table that is being made from a SELECT. The thread ends with the server.
        Thread { [server = shop.server] in
            try? server.execute("CREATE TABLE shop.t (id INT PRIMARY KEY) SELECT SLEEP(60) AS id")
        }.start()
        func isIn(_ state: String, _ condition: String) throws -> Bool {
            try shop.server.query(
                "SELECT 1 FROM information_schema.PROCESSLIST WHERE STATE = '\(state)' AND \(condition)"
            ).count == 1
        }
        try waitUntil { try isIn("User sleep", "USER = 'root'") }
        let run = try ReplicatorProcess(["run", "-c", path, "--start", "earliest"])
        try waitUntil { try isIn("Waiting for table metadata lock", "USER = 'replicator'") }
        let begin = ContinuousClock.now
        try run.stop()
        // Less than what a drain may take.
        #expect(ContinuousClock.now - begin < .seconds(8))
    }

    @Test func `statements that change rows without logging rows stop the pipeline in front of them`() throws {
        let shop = try ShopFixture(server: ["--lower-case-table-names=1"])
        let path = try shop.configuration(sinks: ["cache"])
        try shop.server.execute("CREATE DATABASE old")
        try shop.server.execute(
            """
            CREATE TABLE old.log (id INT PRIMARY KEY) PARTITION BY RANGE (id) (PARTITION p0 VALUES LESS THAN (100));
            CREATE TABLE old.fresh (id INT PRIMARY KEY); CREATE TABLE shop.parts (id INT PRIMARY KEY);
            CREATE TABLE shop.doubles (id INT PRIMARY KEY, v INT)
            """)
        try shop.server.execute(
            """
            INSERT INTO old.log VALUES (1); INSERT INTO old.fresh VALUES (2); INSERT INTO shop.parts VALUES (3);
            INSERT INTO shop.doubles VALUES (1, 1), (2, 1); INSERT INTO shop.slots VALUES (1, 'a', 1)
            """)
        for (statement, table, count) in [
            ("ALTER TABLE old.log EXCHANGE PARTITION p0 WITH TABLE shop.parts", "shop.parts", "1"),
            ("ALTER TABLE old.fresh RENAME TO shop.fresh", "shop.fresh", "1"),
            ("ALTER IGNORE TABLE shop.doubles ADD UNIQUE (v)", "shop.doubles", "1"),
            ("TRUNCATE TABLE SHOP.SLOTS", "SHOP.SLOTS", "0"),
        ] {
            let place = try shop.server.binlogEnd()
            try shop.server.execute(statement)
            // It has changed rows that no event tells of.
            let rows = try shop.server.connect().query("SELECT COUNT(*) FROM \(table)")
            #expect(rows.text(0, 0) == count)
            let (end, _, errors) = try ReplicatorProcess.run(
                ["run", "-c", path, "--start", "\(place.file):\(place.offset)", "--reset-checkpoint"])
            #expect(end == .exited(1) && errors.contains("changes \(table)"), "\(statement): \(errors)")
        }
    }

    @Test func `a statement whose rows follow in its transaction names a way on that is one`() throws {
        let shop = try ShopFixture()
        let path = try shop.configuration(sinks: ["cache"])
        let place = try shop.server.binlogEnd()
        try shop.server.execute("CREATE OR REPLACE TABLE slots (id INT PRIMARY KEY) SELECT 5 AS id", database: "shop")
        let end = try shop.server.binlogEnd()
        let (exit, _, errors) = try ReplicatorProcess.run(
            ["run", "-c", path, "--start", "\(place.file):\(place.offset)", "--reset-checkpoint"])
        #expect(exit == .exited(1) && errors.contains("changes shop.slots"), "\(errors)")
        #expect(!errors.contains("run --start \(place.file):\(place.offset) "), "\(errors)")
        #expect(errors.contains("SHOW BINLOG EVENTS IN '\(place.file)' FROM \(place.offset) tells"), "\(errors)")
        let events = try shop.server.connect().query("SHOW BINLOG EVENTS IN '\(place.file)' FROM \(place.offset)")
        #expect(events.text(events.rows.count - 1, 4) == "\(end.offset)")
    }
}
