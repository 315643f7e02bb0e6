import Foundation
import MySQLClient
import TestSupport
import Testing

/// `replicator tail file:` and `mariadb-binlog` decode the same rows from the same files.
@Suite(.serialized) struct TailTests {
    /// Its global settings are the tests' to change.
    private static let server = Result { try MariaDBServer() }

    private let server: MariaDBServer
    private let session: Connection

    init() throws {
        server = try Self.server.get()
        session = try server.connect()
    }

    @Test func `every type decodes as mariadb-binlog decodes it`() throws {
        let database = "dätä`b'ase \"1\""
        try session.execute("CREATE DATABASE \(Connection.identifier(database))")
        let path = try server.log {
            try session.create(TypeTable.all, in: database)
            try session.change(TypeTable.all, in: database)
        }
        try compare(path, minimum: 600)
    }

    @Test func `values of 20 MB, and statements of many events, decode as mariadb-binlog decodes them`() throws {
        let database = try server.makeDatabase()
        let path = try server.log {
            try session.execute("USE \(database)")
            for statement in TypeTable.large { try session.execute(statement) }
            try session.execute("CREATE TABLE a (n INT PRIMARY KEY, t TEXT)")
            try session.execute("CREATE TABLE b LIKE a")
            try session.execute("CREATE TABLE plain (n INT) ENGINE=MyISAM")
            try session.execute("INSERT INTO a SELECT seq, REPEAT('x', 3000) FROM seq_1_to_20")
            // A transaction of several statements and tables, with a savepoint, whose events differ in time.
            try session.execute("BEGIN")
            try session.execute("SET timestamp = 1600000000.123456")
            try session.execute("INSERT INTO b SELECT * FROM a WHERE n < 6")
            try session.execute("SAVEPOINT here")
            try session.execute("INSERT INTO b VALUES (100, 'gone')")
            try session.execute("ROLLBACK TO here")
            try session.execute("SET timestamp = 1700000000")
            try session.execute("UPDATE a, b SET a.t = 'a', b.t = REPEAT('b', 9000) WHERE a.n = b.n")
            try session.execute("SET timestamp = DEFAULT")
            try session.execute("DELETE a, b FROM a JOIN b USING (n)")
            try session.execute("COMMIT")
            try session.execute("INSERT INTO plain VALUES (1), (2)")
            try session.execute("REPLACE INTO a VALUES (10, 'new'), (11, NULL), (99, '')")
        }
        try compare(path, minimum: 50)
    }

    @Test func `compressed events decode as mariadb-binlog decodes them`() throws {
        let database = try server.makeDatabase()
        try session.execute("SET GLOBAL log_bin_compress = ON, GLOBAL log_bin_compress_min_len = 10")
        defer { _ = try? session.execute("SET GLOBAL log_bin_compress = OFF, GLOBAL log_bin_compress_min_len = 256") }
        let path = try server.log {
            try session.create(TypeTable.some, in: database)
            try session.change(TypeTable.some, in: database)
        }
        let events = try server.query("SHOW BINLOG EVENTS IN '\((path as NSString).lastPathComponent)'")
        #expect(events.filter { $0[2]?.hasSuffix("_compressed_v1") == true }.count > 50)
        try compare(path, minimum: 100)
    }

    @Test func `files without checksums decode as mariadb-binlog decodes them`() throws {
        let database = try server.makeDatabase()
        try session.execute("SET GLOBAL binlog_checksum = NONE")
        defer { _ = try? session.execute("SET GLOBAL binlog_checksum = CRC32") }
        let path = try server.log {
            try session.create(TypeTable.some, in: database)
            try session.change(TypeTable.some, in: database)
        }
        try compare(path, minimum: 100)
    }

    @Test(arguments: ["MINIMAL", "NOBLOB"])
    func `columns that a row image lacks are left out`(image: String) throws {
        let database = try server.makeDatabase()
        try session.execute("SET binlog_row_image = \(image)")
        let path = try server.log {
            try session.create(TypeTable.some, in: database)
            try session.change(TypeTable.some, in: database)
            try session.execute("CREATE TABLE partial (id INT PRIMARY KEY, a INT, b TEXT DEFAULT 'x', c BLOB)")
            try session.execute("INSERT INTO partial (id, a) VALUES (1, 2)")
            try session.execute("UPDATE partial SET a = NULL")
            try session.execute("UPDATE partial SET c = 'c'")
            try session.execute("DELETE FROM partial")
        }
        let lines = try compare(path, minimum: 100, isWhole: false).filter { $0.table == "partial" }
        let images = lines.map { line in
            [line.before, line.after].map { ($0 ?? []).map { "\($0.name)=\($0.value)" }.joined(separator: " ") }
        }
        if image == "MINIMAL" {
            #expect(images[1...] == [["id=1", "a=null"], ["id=1", "c=\"Yw==\""], ["id=1", ""]])
        } else {
            #expect(
                images[1...] == [
                    ["id=1 a=2", "id=1 a=null"], ["id=1 a=null", "id=1 a=null c=\"Yw==\""], ["id=1 a=null", ""],
                ])
        }
    }

    @Test func `a folder is read across its rotations`() throws {
        let own = try MariaDBServer(options: ["--max-binlog-size=8192"])
        try own.execute("CREATE DATABASE d; CREATE TABLE d.t (n INT PRIMARY KEY, t VARCHAR(1000))")
        for n in 1...60 { try own.execute("INSERT INTO d.t VALUES (\(n), REPEAT('x', 900))") }
        let files = try own.binlogFiles()
        #expect(files.count > 5)
        let tail = try TailOutput(["file:\(own.dataDirectory)"])
        #expect(tail.end == .exited(0))
        let listed = try files.flatMap { file in
            let listing = try BinlogListing(of: file)
            return listing.statements.map { "\(listing.file) \($0.events[0].offset) \($0.gtid ?? "") \($0.commitTime)" }
        }
        #expect(tail.lines.map { "\($0.file) \($0.offset) \($0.gtid ?? "") \($0.commitTime)" } == listed)
        #expect(tail.lines.map { $0.after?.first?.value } == (1...60).map { .number("\($0)") })

        // From a file on, from the end of one of its transactions, and without the one table.
        let middle = tail.lines[30].file
        let rest = tail.lines.filter { $0.file >= middle }.map(\.place)
        let start = "\(middle):4"
        #expect(try TailOutput(["file:\(own.dataDirectory)", "--start", start]).lines.map(\.place) == rest)
        #expect(try TailOutput(["file:\(own.dataDirectory)", "--tables", "*.*, !d.t"]).lines.isEmpty)
    }

    @Test func `without metadata columns print by number, as far as the log tells, and that is said once`() throws {
        let database = try server.makeDatabase()
        defer { _ = try? session.execute("SET GLOBAL binlog_row_metadata = FULL") }
        func log(_ metadata: String) throws -> String {
            try server.log {
                try session.execute("SET GLOBAL binlog_row_metadata = \(metadata)")
                try session.execute("USE \(database)")
                try session.execute("SET sql_mode = '', time_zone = '+00:00', NAMES utf8mb4")
                try session.execute(
                    """
                    CREATE OR REPLACE TABLE t (a INT UNSIGNED PRIMARY KEY, b VARCHAR(9), c VARCHAR(9) CHARACTER SET latin1,
                    d VARBINARY(9), e BINARY(4), f ENUM('x','y'), g SET('p','q'), h DECIMAL(5,2) UNSIGNED, i YEAR, j JSON,
                    k POINT, l BIT(9), m TIMESTAMP(2) NULL, n DOUBLE)
                    """)
                for row in [
                    "4294967295, 'é', 'é', x'ff', 'e', 'y', 'p,q', 1.5, 0, '{}', POINT(1, 2), 257, "
                        + "'2024-02-29 01:02:03.25', .5",
                    "7, 'b', 'c', 'd', 'e', 0, '', 0, 2024, '[]', NULL, 0, NULL, 0",
                    "2147483647, 'é', 'é', x'ff', 'e', 'y', 'p', 1.5, 0, '{}', NULL, 1, NULL, 1",
                ] {
                    try session.execute("INSERT INTO t VALUES (\(row))")
                }
            }
        }
        let point = #"{srid: 0, wkb: "AQEAAAAAAAAAAADwPwAAAAAAAABA"}"#
        func values(_ tail: TailOutput) -> [String] {
            tail.lines.map { ($0.after ?? []).map { "\($0.name)=\($0.value)" }.joined(separator: " ") }
        }

        let none = try TailOutput(["file:\(try log("NO_LOG"))"])
        #expect(none.end == .exited(0))
        #expect(
            values(none) == [
                "@1=-1 @2=\"é\" @3=\"6Q==\" @4=\"/w==\" @5=\"e\" @6=2 @7=3 @8=\"1.50\" @9=0 @10=\"{}\" @11=\(point) "
                    + "@12=257 @13=\"2024-02-29 01:02:03.25\" @14=0.5",
                "@1=7 @2=\"b\" @3=\"c\" @4=\"d\" @5=\"e\" @6=0 @7=0 @8=\"0.00\" @9=2024 @10=\"[]\" @11=null @12=0 "
                    + "@13=null @14=0",
                "@1=2147483647 @2=\"é\" @3=\"6Q==\" @4=\"/w==\" @5=\"e\" @6=2 @7=1 @8=\"1.50\" @9=0 @10=\"{}\" @11=null "
                    + "@12=1 @13=null @14=1",
            ])
        #expect(
            none.errors == """
                replicator: \(database).t: the log does not tell all about the columns (binlog_row_metadata), so they are \
                printed by number; integers as signed: @1; text and bytes as UTF-8, or base64 where they are none: @2, @3, \
                @4, @5, @10; ENUM and SET as numbers: @6, @7
                replicator: \(database).t.@3: values that are not UTF-8 are printed as base64
                replicator: \(database).t.@4: values that are not UTF-8 are printed as base64

                """)

        let minimal = try TailOutput(["file:\(try log("MINIMAL"))"])
        #expect(minimal.end == .exited(0))
        #expect(
            values(minimal)[0]
                == "@1=4294967295 @2=\"é\" @3=\"é\" @4=\"/w==\" @5=\"ZQAAAA==\" @6=2 @7=3 @8=\"1.50\" @9=0 @10=\"{}\" "
                + "@11=\(point) @12=257 @13=\"2024-02-29 01:02:03.25\" @14=0.5")
        #expect(
            minimal.errors == """
                replicator: \(database).t: the log does not tell all about the columns (binlog_row_metadata), so they are \
                printed by number; ENUM and SET as numbers: @6, @7

                """)
    }

    @discardableResult
    private func compare(_ path: String, minimum: Int, isWhole: Bool = true) throws -> [TailLine] {
        try TailComparison(session, .mariaDB).compare(path, minimum: minimum, isWhole: isWhole)
    }

    @Test func `rows of a transaction too large to wait for that are rolled back are said to be void`() throws {
        let server = try MariaDBServer()
        try server.execute("CREATE DATABASE d; CREATE TABLE d.t (id INT PRIMARY KEY, v LONGBLOB)")
        let begin = try server.binlogEnd()
        try server.execute(
            """
            BEGIN; INSERT INTO t SELECT seq, REPEAT('x', 900000) FROM seq_1_to_30; SAVEPOINT s;
            INSERT INTO t VALUES (99, ''); CREATE TEMPORARY TABLE u (x INT); ROLLBACK; INSERT INTO t VALUES (100, 'y')
            """, database: "d")
        for source in ["file:\(server.dataDirectory)", server.url] {
            let tail = try TailOutput([source, "--start", "earliest", "--until", "latest"])
            #expect(tail.end == .exited(0), "\(tail.errors)")
            #expect(tail.lines.last?.after?.first?.value.integer == 100)
            #expect(!tail.lines.contains { $0.after?.first?.value.integer == 99 })
            #expect(
                tail.errors.contains(
                    "the transaction that begins at \(begin.file):\(begin.offset) is larger than 16 MiB")
                    && tail.errors.contains("all never were in the table"), "\(tail.errors)")
        }
    }
}
