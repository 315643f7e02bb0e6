import BinlogReader
import MySQLClient
import Rows
import TestSupport
import Testing

/// What a real server logs in unusual moments comes out right.
@Suite struct FollowTests {
    /// Runs statements in a database of their own, and reads what the server logs of it, without GTIDs.
    private func log(_ sql: String, drop: Int = 0) throws -> [String] {
        let server = try MariaDBServer.shared()
        let database = try server.makeDatabase("follow")
        let start = try server.binlogEnd()
        try server.execute(sql, database: database)
        var lines: [String] = []
        do {
            let end = try server.binlogEnd()
            let position = BinlogPosition(file: start.file, offset: start.offset)
            let reader = ChangeReader(
                source: try FileSource(path: server.dataDirectory, start: position), start: position,
                options: ReaderOptions(selects: { name, _ in name == database }))
            while reader.position.file != end.file || reader.position.offset < end.offset, let event = try reader.next()
            {
                if case .statement(let statement) = event, statement.database != database { continue }
                lines.append(Self.line(event).replacing(database, with: "shop"))
            }
        } catch {
            lines.append("error \(error)")
        }
        // Other tests' transactions have no rows of ours.
        var own: [String] = []
        for line in lines where line != "idle" {
            if line == "commit", own.last == "begin" { own.removeLast() } else { own.append(line) }
        }
        if own.last == "begin" { own.removeLast() }
        return Array(own.dropFirst(drop))
    }

    private static func line(_ event: SourceEvent) -> String {
        switch event {
        case .begin: "begin"
        case .statement(let statement): "statement: \(statement.text)"
        default: EventLog.line(event)
        }
    }

    private func logOfFiles(
        _ path: String, selects: @escaping @Sendable (String, String) -> Bool = { _, _ in true }
    ) throws -> [String] {
        ChangeReader(
            source: try FileSource(path: path, start: nil), start: nil, options: ReaderOptions(selects: selects)
        ).log()
    }

    /// Runs statements on `server` into a file of their own, and reads that.
    private func log(
        of server: MariaDBServer, _ sql: String,
        selects: @escaping @Sendable (String, String) -> Bool = { _, _ in true }
    ) throws -> [String] {
        try server.flushLogs()
        try server.execute("CREATE OR REPLACE DATABASE shop; USE shop; \(sql)")
        let file = try #require(try server.binlogFiles().last)
        return Array(try logOfFiles(file, selects: selects).dropFirst(2))
    }

    @Test func `inserts, updates and deletes come out in order`() throws {
        let log = try log(
            """
            CREATE TABLE t (id INT PRIMARY KEY, n BIGINT UNSIGNED, name VARCHAR(20));
            INSERT INTO t VALUES (1, 18446744073709551615, 'é'), (-2, NULL, '');
            UPDATE t SET name = 'b' WHERE id = 1;
            DELETE FROM t WHERE id = -2;
            """)
        #expect(
            log == [
                "statement: CREATE TABLE t (id INT PRIMARY KEY, n BIGINT UNSIGNED, name VARCHAR(20))",
                "begin",
                "rows shop.t: insert id=1 n=18446744073709551615 name=é | insert id=-2 n=NULL name=",
                "commit",
                "begin",
                "rows shop.t: update id=1 n=18446744073709551615 name=é -> id=1 n=18446744073709551615 name=b",
                "commit",
                "begin",
                "rows shop.t: delete id=-2 n=NULL name=",
                "commit",
            ])
    }

    @Test func `transactions, savepoints and tables without transactions`() throws {
        let log = try log(
            """
            CREATE TABLE i (id INT PRIMARY KEY) ENGINE = InnoDB;
            CREATE TABLE m (id INT PRIMARY KEY) ENGINE = MyISAM;
            BEGIN; INSERT INTO i VALUES (1); SAVEPOINT s; INSERT INTO i VALUES (2); ROLLBACK TO s; INSERT INTO i VALUES (3);
            COMMIT;
            INSERT INTO m VALUES (1), (2);
            BEGIN; INSERT INTO i VALUES (10); INSERT INTO m VALUES (10); INSERT INTO i VALUES (11); COMMIT;
            BEGIN; INSERT INTO i VALUES (20); INSERT INTO m VALUES (20); ROLLBACK;
            CREATE TEMPORARY TABLE tmp (x INT); INSERT INTO tmp VALUES (1); DROP TEMPORARY TABLE tmp;
            BEGIN; INSERT INTO i VALUES (30); CREATE TEMPORARY TABLE tmp (x INT); INSERT INTO i VALUES (31); COMMIT;
            """, drop: 2)
        #expect(
            log == [
                "begin", "rows shop.i: insert id=1", "rows shop.i: insert id=3", "commit",
                "begin", "rows shop.m: insert id=1 | insert id=2", "commit",
                "begin", "rows shop.m: insert id=10", "commit",
                "begin", "rows shop.i: insert id=10", "rows shop.i: insert id=11", "commit",
                "begin", "rows shop.m: insert id=20", "commit",
                "begin", "rows shop.i: insert id=30", "rows shop.i: insert id=31", "commit",
            ])
    }

    @Test func `every shape of REPLACE, and what else changes rows by key`() throws {
        let log = try log(
            """
            CREATE TABLE t (id INT PRIMARY KEY, u INT UNIQUE, v INT);
            INSERT INTO t VALUES (1, 1, 1), (2, 2, 2), (3, 3, 3);
            REPLACE INTO t VALUES (1, 1, 10);
            REPLACE INTO t VALUES (4, 2, 20);
            REPLACE INTO t VALUES (1, 3, 30);
            INSERT INTO t VALUES (4, 4, 4) ON DUPLICATE KEY UPDATE v = 40;
            INSERT IGNORE INTO t VALUES (4, 4, 4);
            UPDATE t SET id = 9 WHERE id = 4;
            UPDATE t SET v = v;
            """, drop: 1)
        #expect(
            log == [
                "begin", "rows shop.t: insert id=1 u=1 v=1 | insert id=2 u=2 v=2 | insert id=3 u=3 v=3", "commit",
                "begin", "rows shop.t: delete id=1 u=1 v=1", "rows shop.t: insert id=1 u=1 v=10", "commit",
                "begin", "rows shop.t: update id=2 u=2 v=2 -> id=4 u=2 v=20", "commit",
                "begin", "rows shop.t: delete id=1 u=1 v=10", "rows shop.t: update id=3 u=3 v=3 -> id=1 u=3 v=30",
                "commit",
                "begin", "rows shop.t: update id=4 u=2 v=20 -> id=4 u=2 v=40", "commit",
                "begin", "rows shop.t: update id=4 u=2 v=40 -> id=9 u=2 v=40", "commit",
            ])
    }

    @Test func `DDL and TRUNCATE are statements, and CREATE TABLE … SELECT has rows besides`() throws {
        let log = try log(
            """
            CREATE TABLE t (id INT PRIMARY KEY);
            INSERT INTO t VALUES (1);
            CREATE TABLE c AS SELECT * FROM t;
            ALTER TABLE t ADD COLUMN v INT DEFAULT 5;
            INSERT INTO t VALUES (2, 6);
            TRUNCATE TABLE c;
            DROP TABLE c;
            """, drop: 1)
        #expect(
            log == [
                "begin", "rows shop.t: insert id=1", "commit",
                "statement: CREATE TABLE `c` (\n  `id` int(11) NOT NULL\n)",
                "begin", "rows shop.c: insert id=1", "commit",
                "statement: ALTER TABLE t ADD COLUMN v INT DEFAULT 5",
                "begin", "rows shop.t: insert id=2 v=6", "commit",
                "statement: TRUNCATE TABLE c",
                "statement: DROP TABLE `c` /* generated by server */",
            ])
    }

    @Test func `LOAD DATA, INSERT … SELECT and triggers are rows`() throws {
        let folder = try ScratchFolder()
        try folder.write("1\n2\n", to: "rows.txt")
        let log = try log(
            """
            CREATE TABLE t (id INT PRIMARY KEY);
            CREATE TABLE u (id INT PRIMARY KEY);
            CREATE TABLE w (id INT);
            CREATE TRIGGER tr AFTER INSERT ON u FOR EACH ROW INSERT INTO w VALUES (NEW.id + 10);
            LOAD DATA INFILE '\(folder.file("rows.txt"))' INTO TABLE t;
            INSERT INTO u SELECT * FROM t;
            """, drop: 4)
        #expect(log.prefix(3) == ["begin", "rows shop.t: insert id=1 | insert id=2", "commit"])
        #expect(log.filter { $0.contains("shop.u") }.joined().contains("insert id=1"))
        #expect(log.filter { $0.contains("shop.w") }.joined().contains("insert id=12"))
    }

    @Test func `changes that are logged as statements stop, unless on tables that are not selected`() throws {
        let server = try MariaDBServer()
        let folder = try ScratchFolder()
        try folder.write("10\n11\n", to: "rows.txt")
        let changes = [
            "INSERT INTO t VALUES (1)", "UPDATE t SET id = 2 WHERE id = 0", "REPLACE INTO shop.t VALUES (2)",
            "DELETE FROM t WHERE id < 9",
            "LOAD DATA INFILE '\(folder.file("rows.txt"))' INTO TABLE t",
            "SET STATEMENT max_statement_time = 5 FOR /* x */ INSERT INTO t VALUES (7)",
        ]
        for format in ["STATEMENT", "MIXED"] {
            // In MIXED, what is not sure to do the same again is logged as rows.
            for change in changes where format == "STATEMENT" || !change.hasPrefix("LOAD") {
                let log = try log(
                    of: server,
                    """
                    CREATE TABLE t (id INT PRIMARY KEY); INSERT INTO t VALUES (0);
                    SET SESSION binlog_format = \(format); \(change)
                    """)
                let last = try #require(log.last)
                #expect(last.contains("uery of shop.t: rows were changed by a statement ("), "\(last)")
                #expect(last.contains("SET GLOBAL binlog_format=ROW"))
            }
            let making = "CREATE TABLE v AS VALUES (1), (2)"
            let made = try log(of: server, "SET SESSION binlog_format = \(format); \(making)")
            #expect(made.last?.contains("uery of shop.v: rows were changed by a statement (CREATE TABLE") == true)
            let log = try log(
                of: server,
                """
                CREATE TABLE o (id INT PRIMARY KEY); CREATE TABLE t (id INT PRIMARY KEY);
                SET SESSION binlog_format = \(format); \(changes.joined(separator: "; ")); \(making);
                BEGIN; INSERT INTO t VALUES (8); DELETE FROM t WHERE id = 8; COMMIT;
                SET SESSION binlog_format = ROW; INSERT INTO o VALUES (1)
                """, selects: { _, table in table == "o" })
            #expect(log.suffix(2) == ["rows shop.o: insert id=1", "commit"])
            #expect(!log.contains { $0.hasPrefix("error") }, "\(log)")
        }
    }

    @Test func `XA transactions come where they are committed, in one phase or two`() throws {
        let server = try MariaDBServer()
        let sql = """
            CREATE TABLE t (id INT PRIMARY KEY); CREATE TABLE u (id INT PRIMARY KEY);
            XA START 'a'; INSERT INTO t VALUES (1); XA END 'a'; XA COMMIT 'a' ONE PHASE;
            XA START 'b'; INSERT INTO t VALUES (2); XA END 'b'; XA ROLLBACK 'b';
            XA START 'c'; INSERT INTO t VALUES (3); XA END 'c'; XA PREPARE 'c'; XA ROLLBACK 'c';
            XA START 'd', 'é', 7; INSERT INTO u VALUES (1); XA END 'd', 'é', 7; XA PREPARE 'd', 'é', 7; XA COMMIT 'd', 'é', 7;
            INSERT INTO t VALUES (4);
            XA START 'e'; INSERT INTO t VALUES (5); XA END 'e'; XA PREPARE 'e'; XA COMMIT 'e';
            """
        let log = try log(of: server, sql, selects: { _, table in table == "t" })
        #expect(log.filter { $0.hasPrefix("rows") } == [1, 4, 5].map { "rows shop.t: insert id=\($0)" }, "\(log)")
    }

    @Test func `checksums and compression change nothing`() throws {
        let server = try MariaDBServer(options: ["--log-bin-compress-min-len=10"])
        let long = String(repeating: "long text ", count: 50)
        for (checksum, compression) in [("NONE", "ON"), ("NONE", "OFF"), ("CRC32", "ON"), ("CRC32", "OFF")] {
            let log = try log(
                of: server,
                """
                SET GLOBAL binlog_checksum = \(checksum), GLOBAL log_bin_compress = \(compression); FLUSH BINARY LOGS;
                CREATE TABLE t (id INT PRIMARY KEY, v TEXT /* \(long) */);
                INSERT INTO t VALUES (1, '\(long)'), (2, 'short');
                UPDATE t SET v = CONCAT(v, '\(long)') WHERE id = 1;
                DELETE FROM t;
                """)
            let rows = log.filter { $0.hasPrefix("rows") || $0.hasPrefix("error") }
            #expect(
                rows == [
                    "rows shop.t: insert id=1 v=\(long) | insert id=2 v=short",
                    "rows shop.t: update id=1 v=\(long) -> id=1 v=\(long + long)",
                    "rows shop.t: delete id=1 v=\(long + long) | delete id=2 v=short",
                ])
        }
    }

    @Test func `row images that lack columns leave them absent`() throws {
        let log = try log(
            """
            SET SESSION binlog_row_image = MINIMAL;
            CREATE TABLE t (id INT PRIMARY KEY, v INT, b TEXT);
            CREATE TABLE e (id INT PRIMARY KEY DEFAULT 7, v INT);
            INSERT INTO t (id, v) VALUES (1, NULL);
            INSERT INTO e VALUES ();
            UPDATE t SET b = 'x' WHERE id = 1;
            DELETE FROM t;
            SET SESSION binlog_row_image = NOBLOB;
            INSERT INTO t VALUES (2, 2, 'two');
            UPDATE t SET v = 3;
            """, drop: 2)
        #expect(
            log == [
                "begin", "rows shop.t: insert id=1 v=NULL b=ABSENT", "commit",
                "begin", "rows shop.e: insert id=ABSENT v=ABSENT", "commit",
                "begin", "rows shop.t: update id=1 v=ABSENT b=ABSENT -> id=ABSENT v=ABSENT b=x", "commit",
                "begin", "rows shop.t: delete id=1 v=ABSENT b=ABSENT", "commit",
                "begin", "rows shop.t: insert id=2 v=2 b=two", "commit",
                "begin", "rows shop.t: update id=2 v=2 b=ABSENT -> id=2 v=3 b=ABSENT", "commit",
            ])
    }

    @Test func `how much a table map tells is known`() throws {
        let server = try MariaDBServer()
        for (setting, metadata) in [("FULL", TableMetadata.full), ("MINIMAL", .minimal), ("NO_LOG", .none)] {
            try server.execute(
                """
                FLUSH BINARY LOGS; SET GLOBAL binlog_row_metadata = \(setting); CREATE OR REPLACE DATABASE d;
                CREATE TABLE d.t (n INT UNSIGNED, v VARCHAR(9)); INSERT INTO d.t VALUES (1, 'a')
                """)
            let file = try #require(try server.binlogFiles().last)
            let reader = ChangeReader(
                source: try FileSource(path: file, start: nil), start: nil, options: ReaderOptions())
            let batch = try #require(
                reader.readAll().events.compactMap { if case .rows(let batch) = $0 { batch } else { nil } }.first)
            #expect(batch.table.metadata == metadata)
            #expect(batch.table.columns.map(\.name) == (metadata == .full ? ["n", "v"] : ["@1", "@2"]))
            #expect(batch.table.columns[0].type == .integer(byteCount: 4, unsigned: metadata != .none))
            #expect(batch.table.columns[1].type == .text(metadata == .none ? .unknown : .utf8mb4))
        }
    }

    @Test func `files follow each other through rotations, restarts and kills`() throws {
        let server = try MariaDBServer()
        try server.execute("CREATE DATABASE d; CREATE TABLE d.t (id INT PRIMARY KEY); INSERT INTO d.t VALUES (1)")
        try server.flushLogs()
        try server.execute("CREATE TABLE d.u (v TEXT); INSERT INTO d.t VALUES (2)")
        try server.restart()  // table ids begin anew
        try server.execute("INSERT INTO d.u VALUES ('3'); INSERT INTO d.t VALUES (4)")
        try server.kill()
        try server.start()
        try server.execute("INSERT INTO d.t VALUES (5)")
        #expect(try server.binlogNames().count == 4)
        let rows = try logOfFiles(server.dataDirectory).filter { $0.hasPrefix("rows") || $0.hasPrefix("error") }
        #expect(
            rows == [
                "rows d.t: insert id=1", "rows d.t: insert id=2", "rows d.u: insert v=3", "rows d.t: insert id=4",
                "rows d.t: insert id=5",
            ])
    }

    @Test func `reading starts again at every position that was yielded`() throws {
        let server = try MariaDBServer()
        try server.execute(
            """
            CREATE DATABASE d; CREATE TABLE d.t (id INT PRIMARY KEY);
            INSERT INTO d.t VALUES (1); BEGIN; INSERT INTO d.t VALUES (2); INSERT INTO d.t VALUES (3); COMMIT;
            CREATE TABLE d.c SELECT * FROM d.t; FLUSH BINARY LOGS; INSERT INTO d.t VALUES (4); TRUNCATE d.c;
            """)
        let all = ChangeReader(
            source: try FileSource(path: server.dataDirectory, start: nil), start: nil, options: ReaderOptions()
        ).readAll().events
        for (index, event) in all.enumerated() {
            let next: BinlogPosition
            switch event {
            case .commit(let end): next = end.next
            case .statement(let statement): next = statement.next
            case .idle(let position): next = position
            case .begin, .rows, .rollback: continue
            }
            let source = try FileSource(path: server.dataDirectory, start: next)
            let rest = ChangeReader(source: source, start: next, options: ReaderOptions()).log()
            var expected = all[(index + 1)...].map(EventLog.line)
            if case .statement(let statement) = event, statement.next == statement.start {
                expected.insert(EventLog.line(event), at: 0)
            }
            #expect(rest.drop { $0 == "idle" } == expected.drop { $0 == "idle" }, "from \(next)")
        }
    }

    @Test func `an event larger than a packet of 16 MiB comes out whole`() throws {
        let server = try MariaDBServer()
        try server.execute(
            "CREATE DATABASE d; CREATE TABLE d.t (id INT PRIMARY KEY, v LONGBLOB); INSERT INTO d.t VALUES (1, REPEAT('x', 20000000))"
        )
        let reader = ChangeReader(
            source: try FileSource(path: server.dataDirectory, start: nil), start: nil, options: ReaderOptions())
        let batches = reader.readAll().events.compactMap { if case .rows(let batch) = $0 { batch } else { nil } }
        let batch = try #require(batches.first)
        #expect(batch.bytes(of: batch.cell(1, at: 0))?.count == 20_000_000)
    }
}
