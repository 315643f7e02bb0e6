import BinlogReader
import Foundation
import MySQLClient
import Rows
import TestSupport
import Testing

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
        #expect(try source.latest().gtid == "")
        try server.execute("CREATE DATABASE d; SET gtid_domain_id = 7; CREATE DATABASE e")
        let latest = try source.latest()
        let end = try server.binlogEnd()
        #expect(latest.position == BinlogPosition(file: end.file, offset: end.offset))
        #expect(Set(latest.gtid.split(separator: ",")) == ["0-1-1", "7-1-1"])
    }

    @Test func `a GTID is found as the place where the next transaction begins`() throws {
        let server = try MariaDBServer()
        let source = SourceServer(server.connectionOptions)
        let places = try (1...4).map { number in
            let place = try source.latest().position
            try server.execute("CREATE DATABASE d\(number)")
            if number == 2 { try server.flushLogs() }
            return place
        }
        for (index, place) in places.enumerated() {
            let gtid = index == 0 ? "" : "0-1-\(index)"
            let found = try source.position(after: gtid, serverID: 3)
            // Where a file ends and where the next begins are the same place.
            #expect(found == place || found.file > place.file && index == 2, "\(gtid)")
            try source.check(found)
        }
        #expect(try source.position(after: "0-1-4", serverID: 3) == source.latest().position)
        let unknown = #expect(throws: StreamError.self) { try source.position(after: "0-1-5", serverID: 3) }
        #expect(unknown?.kind == .unknownPosition)
    }

    @Test func `a place is checked before it is read from`() throws {
        let server = try MariaDBServer()
        let source = SourceServer(server.connectionOptions)
        let start = try source.latest().position
        try server.execute("CREATE DATABASE d; CREATE DATABASE e")
        try server.flushLogs()
        try source.check(start)
        try source.check(BinlogPosition(file: "binlog.000001", offset: 4))
        try source.check(try source.latest().position)
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
        let first = try source.latest().position
        try server.restart()
        #expect(try source.latest().position != first)
        try server.stop()
        let error = #expect(throws: StreamError.self) { try source.latest() }
        #expect(error?.isRetriable == true)
        try server.start()
        _ = try source.latest()
    }

    @Test func `a question is ended from another thread`() throws {
        let server = try MariaDBServer()
        let source = SourceServer(server.connectionOptions)
        _ = try source.latest()
        server.signal(SIGSTOP)
        defer { server.signal(SIGCONT) }
        let stopper = source.stopper
        let thread = Thread {
            usleep(50_000)
            stopper.stop()
        }
        thread.start()
        let begin = ContinuousClock.now
        let error = #expect(throws: StreamError.self) { try source.latest() }
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
        #expect(problems.count == 3)
        for problem in problems {
            let statement = try #require(
                problem.split(separator: ": ").dropFirst().first?.split(separator: ", and").first)
            try server.execute(String(statement))
        }
        let mended = try source.inspect()
        #expect(mended.problems == [])
        #expect(mended.notices.contains { $0.contains("hidden") })
        #expect(mended.notices.contains { $0.contains("sync_binlog") })
    }

    @Test func `a server without a binary log is said to be so`() throws {
        let server = try MariaDBServer(options: ["--skip-log-bin"])
        let source = SourceServer(server.connectionOptions)
        #expect(try source.inspect().problems.count == 1)
        #expect(try source.inspect().problems.first?.contains("log_bin") == true)
        let error = #expect(throws: StreamError.self) { try source.latest() }
        #expect(error?.kind == .unsuitable)
    }

    @Test func `missing privileges are said with their GRANTs, which mend them`() throws {
        let server = try MariaDBServer()
        try server.execute(
            """
            CREATE DATABASE d; CREATE TABLE d.t (a INT, b INT); CREATE TABLE d.u (a INT);
            CREATE USER cdc@'%' IDENTIFIED BY 'p'; GRANT SELECT (a) ON d.t TO cdc@'%'
            """)
        var options = server.connectionOptions
        options.user = "cdc"
        options.password = "p"
        let tables = ["t", "u"].map { SourceServer.TableName(database: "d", name: $0) }
        let source = SourceServer(options)
        let problems = try source.inspect(tables: tables).problems
        #expect(problems.count == 4, "\(problems)")
        for problem in problems {
            let statement = try #require(problem.split(separator: ": ").last)
            #expect(statement.hasPrefix("GRANT "))
            try server.execute(String(statement))
        }
        #expect(try SourceServer(options).inspect(tables: tables).problems == [])
        let gone = SourceServer.TableName(database: "d", name: "gone")
        #expect(try SourceServer(server.connectionOptions).inspect(tables: [gone]).problems == [])
        #expect(try SourceServer(options).tables().map(\.name) == ["t", "u"])
    }

    @Test func `an inspection leaves a running stream's entry alone`() throws {
        let server = try MariaDBServer()
        let stream = ServerStream(
            ServerStreamOptions(connection: server.connectionOptions, serverID: 12),
            from: .position(try SourceServer(server.connectionOptions).latest().position))
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
        #expect(try SourceServer(server.connectionOptions).tables().map(\.name) == ["t"])
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
