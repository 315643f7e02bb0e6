import Foundation
import MySQLClient
import Rows
import TestSupport
import Testing

@testable import BinlogReader

@Suite struct SourceServerTests {
    // MARK: Positions

    @Test func `the log's files come in the server's order`() throws {
        let server = try MariaDBServer()
        try server.flushLogs()
        let source = SourceServer(server.connectionOptions)
        let logs = try source.binaryLogs()
        #expect(logs.map(\.name) == ["binlog.000001", "binlog.000002"])
        #expect(logs[0].byteCount > 4)
        #expect(try source.earliest() == BinlogPosition(file: "binlog.000001", offset: 4))
    }

    @Test func `the end of the log has a place and a GTID`() throws {
        let server = try MariaDBServer()
        let source = SourceServer(server.connectionOptions)
        #expect(try source.latest(serverID: 3).gtid == "")
        try server.execute("CREATE DATABASE d; SET gtid_domain_id = 7; CREATE DATABASE e")
        let latest = try source.latest(serverID: 3)
        let end = try server.binlogEnd()
        #expect(latest.position == BinlogPosition(file: end.file, offset: end.offset))
        #expect(Set(latest.gtid.split(separator: ",")) == ["0-1-1", "7-1-1"])
    }

    @Test func `a GTID is found as the place where the next transaction begins`() throws {
        let server = try MariaDBServer()
        let source = SourceServer(server.connectionOptions)
        for number in 1...4 {
            try server.execute("CREATE DATABASE d\(number)")
            if number == 2 { try server.flushLogs() }
        }
        for index in 0..<4 {
            let gtid = index == 0 ? "" : "0-1-\(index)"
            let found = try source.position(after: gtid, serverID: 3)
            // What begins there. (The end that the server told in front of it may be another place: it logs a checkpoint of
            // its own, a moment after it has begun a file.)
            #expect(try source.listing(at: found)?.text(0, 5) == "GTID 0-1-\(index + 1)", "\(gtid)")
            try source.check(found)
        }
        #expect(try source.position(after: "0-1-4", serverID: 3) == source.end())
        let unknown = #expect(throws: StreamError.self) { try source.position(after: "0-1-5", serverID: 3) }
        #expect(unknown?.kind == .unknownPosition)
    }

    @Test func `a place is checked before it is read from`() throws {
        let server = try MariaDBServer()
        let source = SourceServer(server.connectionOptions)
        let start = try source.end()
        try server.execute("CREATE DATABASE d; CREATE DATABASE e")
        try server.flushLogs()
        try source.check(start)
        try source.check(BinlogPosition(file: "binlog.000001", offset: 4))
        try source.check(try source.end())
        let kind = { (file: String, offset: UInt64) in
            #expect(throws: StreamError.self) { try source.check(BinlogPosition(file: file, offset: offset)) }?.kind
        }
        #expect(kind("binlog.000001", start.offset + 1) == .unknownPosition)
        #expect(kind("binlog.000001", 1_000_000) == .unknownPosition)
        #expect(kind("binlog.000002", 1_000_000) == .unknownPosition)
        #expect(kind("binlog.000009", 4) == .unknownPosition)
        try server.purgeLogs(before: "binlog.000002")
        #expect(kind("binlog.000001", 4) == .purged)
    }

    @Test func `questions go on after the server was restarted`() throws {
        let server = try MariaDBServer()
        let source = SourceServer(server.connectionOptions)
        let first = try source.end()
        try server.restart()
        #expect(try source.end() != first)
        try server.stop()
        let error = #expect(throws: StreamError.self) { try source.end() }
        #expect(error?.isRetriable == true)
        try server.start()
        _ = try source.end()
    }

    @Test func `a question is ended from another thread`() throws {
        let server = try MariaDBServer()
        let source = SourceServer(server.connectionOptions)
        _ = try source.end()
        server.signal(SIGSTOP)
        defer { server.signal(SIGCONT) }
        let stopper = source.stopper
        let thread = Thread {
            usleep(50_000)
            stopper.stop()
        }
        thread.start()
        let begin = ContinuousClock.now
        // The signal is sent, and not all threads of the server need to stand still yet.
        let error = #expect(throws: StreamError.self) { while true { _ = try source.end() } }
        #expect(error?.kind == .stopped)
        #expect(ContinuousClock.now - begin < .seconds(40))
    }

    // MARK: Inspection

    @Test func `a server that is set up right has no problems`() throws {
        let server = try MariaDBServer(options: ["--sync-binlog=1"])
        let inspection = try SourceServer(server.connectionOptions).inspect()
        #expect(inspection.problems == [])
        #expect(inspection.notices == [])
        #expect(inspection.server.hasPrefix("MariaDB 1"))
    }

    @Test func `what a setting has to be is said with the statement, which mends it`() throws {
        let server = try MariaDBServer(options: [
            "--binlog-format=MIXED", "--binlog-row-image=MINIMAL", "--binlog-row-metadata=NO_LOG",
            "--binlog-ignore-db=hidden",
        ])
        let source = SourceServer(server.connectionOptions)
        let problems = try source.inspect().problems
        #expect(problems.count == 2)
        for problem in problems {
            let statement = try #require(
                problem.split(separator: ": ").dropFirst().first?.split(separator: ", and").first)
            try server.execute(String(statement))
        }
        let mended = try source.inspect()
        #expect(mended.problems == [])
        #expect(mended.notices.contains { $0.contains("hidden") })
        #expect(mended.notices.contains { $0.contains("binlog_row_metadata is NO_LOG") })
        #expect(mended.notices.contains { $0.contains("sync_binlog") })
    }

    @Test func `a server without a binary log is said to be so`() throws {
        let server = try MariaDBServer(options: ["--skip-log-bin"])
        let source = SourceServer(server.connectionOptions)
        #expect(try source.inspect().problems.count == 1)
        #expect(try source.inspect().problems.first?.contains("log_bin") == true)
        let error = #expect(throws: StreamError.self) { try source.end() }
        #expect(error?.kind == .unsuitable)
    }

    @Test func `missing privileges are said with their GRANTs, which mend them`() throws {
        let server = try MariaDBServer()
        try server.execute(
            """
            CREATE DATABASE d; CREATE TABLE d.t (a INT, b INT); CREATE TABLE d.u (a INT); CREATE TABLE d.w (a INT);
            CREATE USER cdc@'%' IDENTIFIED BY 'p'; GRANT SELECT (a) ON d.t TO cdc@'%'; GRANT SELECT ON d.w TO cdc@'%'
            """)
        var options = server.connectionOptions
        options.user = "cdc"
        options.password = "p"
        let source = SourceServer(options)
        let tables = try source.inspectTables { _, _ in true }
        #expect(tables.tables.map(\.name) == ["w"])
        let problems = try source.inspect().problems + tables.problems
        #expect(problems.count == 3, "\(problems)")
        for problem in problems {
            let statement = try #require(problem.split(separator: ": ").last)
            #expect(statement.hasPrefix("GRANT "))
            try server.execute(String(statement))
        }
        #expect(try SourceServer(options).inspect().problems == [])
        #expect(try SourceServer(options).inspectTables { _, _ in true }.problems == [])
    }

    @Test func `an inspection leaves a running stream's entry alone`() throws {
        let server = try MariaDBServer()
        let stream = ServerStream(
            ServerStreamOptions(connection: server.connectionOptions, serverID: 12),
            from: .position(try SourceServer(server.connectionOptions).end()))
        _ = try stream.advance()
        do { _ = try SourceServer(server.connectionOptions).inspect() }
        _ = try stream.advance()
        #expect(try server.query("SHOW REPLICA HOSTS").contains { $0[0] == "12" })
    }

    // MARK: Tables

    @Test func `names differ by case as on the server`() throws {
        let server = try MariaDBServer()
        try server.execute(
            "CREATE DATABASE Shop; CREATE DATABASE shop; CREATE TABLE Shop.T (a INT); CREATE TABLE shop.t (b BIGINT)")
        let source = SourceServer(server.connectionOptions)
        #expect(try source.table(database: "Shop", name: "T")?.columns.map(\.name) == ["a"])
        #expect(try source.table(database: "shop", name: "t")?.columns.map(\.name) == ["b"])
        #expect(try source.table(database: "shop", name: "T") == nil)
        #expect(
            try source.tables() == [
                SourceServer.TableName(database: "Shop", name: "T"),
                SourceServer.TableName(database: "shop", name: "t"),
            ])
    }

    @Test func `views, sequences and system tables are no tables with rows of a log`() throws {
        let server = try MariaDBServer()
        try server.execute(
            "CREATE DATABASE d; CREATE TABLE d.t (a INT); CREATE VIEW d.v AS SELECT 1 AS x; CREATE SEQUENCE d.s")
        let source = SourceServer(server.connectionOptions)
        #expect(try source.tables().map(\.name) == ["t"])
        let notices = try source.inspectTables { _, table in table != "t" }.notices
        #expect(notices.count == 1 && notices[0].hasPrefix("d.s is a sequence"))
        #expect(try source.inspectTables { _, table in table == "t" }.notices == [])
    }

    @Test func `foreign keys that change rows unseen are listed, others are not`() throws {
        let server = try MariaDBServer()
        try server.execute(
            """
            CREATE DATABASE d; CREATE DATABASE e; USE d; CREATE TABLE p (a INT, b INT, PRIMARY KEY (a, b));
            CREATE TABLE e.`q ``(` (a INT PRIMARY KEY);
            CREATE TABLE c1 (a INT, b INT, c INT COMMENT 'FOREIGN KEY (a) REFERENCES p (a) ON DELETE CASCADE',
                FOREIGN KEY (a, b) REFERENCES p (a, b) ON DELETE CASCADE ON UPDATE NO ACTION,
                FOREIGN KEY (c) REFERENCES e.`q ``(` (a) ON DELETE RESTRICT ON UPDATE SET NULL);
            CREATE TABLE c2 (c INT REFERENCES e.`q ``(` (a)) COMMENT 'ON DELETE CASCADE';
            CREATE USER cdc@'%' IDENTIFIED BY 'p'; GRANT SELECT ON d.c1 TO cdc@'%';
            """)
        var options = server.connectionOptions
        options.user = "cdc"
        options.password = "p"
        let keys = try SourceServer(options).inspectTables { _, table in table.hasPrefix("c") }.cascades
        #expect(keys.map(\.columns) == ["a, b", "c"])
        #expect(keys.map { "\($0.parent.database).\($0.parent.name)" } == ["d.p", "e.q `("])
        #expect(keys.map(\.rules) == ["ON DELETE CASCADE", "ON UPDATE SET NULL"])
        #expect(keys.allSatisfy { $0.child.name == "c1" })
        #expect(try SourceServer(server.connectionOptions).inspectTables { _, table in table == "c2" }.cascades == [])
    }

    @Test func `tables with versions by transaction number are refused`() throws {
        let server = try MariaDBServer.shared()
        let database = try server.makeDatabase()
        try server.execute(
            """
            CREATE TABLE t (id INT PRIMARY KEY, rs BIGINT UNSIGNED GENERATED ALWAYS AS ROW START,
                re BIGINT UNSIGNED GENERATED ALWAYS AS ROW END, PERIOD FOR SYSTEM_TIME (rs, re))
                WITH SYSTEM VERSIONING ENGINE = InnoDB
            """, database: database)
        let inspection = try SourceServer(server.connectionOptions).inspectTables { name, _ in name == database }
        #expect(inspection.tables.isEmpty)
        #expect(inspection.problems.first?.contains("!\(database).t") == true, "\(inspection.problems)")
    }

    // MARK: Hints

    @Test func `columns that the live table lacks are an error that says what to do`() throws {
        let server = try MariaDBServer.shared()
        let database = try server.makeDatabase()
        try server.execute("CREATE TABLE t (a UUID, b BINARY(16), c JSON)", database: database)
        let hints = InformationSchemaHints(server.connectionOptions)
        #expect(
            try hints.hints(database: database, table: "t", columns: ["a", "b", "c"]) == ["a": .uuid, "c": .json])
        let missing = #expect(throws: StreamError.self) {
            try hints.hints(database: database, table: "t", columns: ["a", "gone"])
        }
        #expect(missing?.description.contains("`gone`") == true)
        #expect(missing?.isRetriable == false)
        let noTable = #expect(throws: StreamError.self) {
            try hints.hints(database: database, table: "gone", columns: ["a"])
        }
        #expect(noTable?.description.contains("tables = …, !\(database).gone") == true)
    }

    @Test func `an account with SELECT on single tables is told of JSON, and one with less is refused`() throws {
        let server = try MariaDBServer()
        try server.execute(
            """
            CREATE DATABASE d; CREATE TABLE d.t (a INT, j JSON); CREATE TABLE d.u (a INT, j JSON);
            CREATE USER cdc@'%' IDENTIFIED BY 'p'; GRANT SELECT ON d.t TO cdc@'%'; GRANT SELECT (a, j) ON d.u TO cdc@'%'
            """)
        var options = server.connectionOptions
        options.user = "cdc"
        options.password = "p"
        let hints = InformationSchemaHints(options)
        #expect(try hints.hints(database: "d", table: "t", columns: ["j"]) == ["j": .json])
        let denied = #expect(throws: StreamError.self) {
            try hints.hints(database: "d", table: "u", columns: ["j"])
        }
        #expect(denied?.kind == .denied)
        #expect(denied?.description.contains("GRANT SELECT ON `d`.`u` TO 'cdc'@'%'") == true)
    }

    @Test func `a clock that is beyond any calendar is none`() throws {
        #expect(try SourceServer.clock("1795000000000000") == 1_795_000_000_000_000)
        for text in [nil, "", "-1", "\(Int64.min)", "\(Int64.max)", "\(1 << 55)"] as [String?] {
            #expect(throws: StreamError.self) { try SourceServer.clock(text) }
        }
    }

    @Test func `hints follow an ALTER TABLE`() throws {
        let server = try MariaDBServer.shared()
        let database = try server.makeDatabase()
        try server.execute("CREATE TABLE t (a BINARY(16))", database: database)
        let hints = InformationSchemaHints(server.connectionOptions)
        #expect(try hints.hints(database: database, table: "t", columns: ["a"]) == [:])
        try server.execute("ALTER TABLE t MODIFY a INET6", database: database)
        #expect(try hints.hints(database: database, table: "t", columns: ["a"]) == ["a": .inet6])
    }
}
