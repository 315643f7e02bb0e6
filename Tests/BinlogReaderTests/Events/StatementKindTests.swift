import MySQLClient
import Testing

@testable import BinlogReader

@Suite struct StatementKindTests {
    private static let cases: [(String, StatementKind)] = [
        ("BEGIN", .begin), ("begin", .begin), ("START TRANSACTION", .begin), ("COMMIT", .commit),
        ("commit /* x */", .commit), ("ROLLBACK", .rollback), ("ROLLBACK WORK", .rollback),
        ("SAVEPOINT `s 1`", .savepoint(name: "`s 1`")), ("ROLLBACK TO `s 1`", .rollbackTo(name: "`s 1`")),
        ("ROLLBACK TO SAVEPOINT x", .rollbackTo(name: "x")), ("RELEASE SAVEPOINT x", .releaseSavepoint),
        ("XA START X'61',X'',1", .xaStart("X'61',X'',1")), ("XA COMMIT X'61',X'',1", .xaCommit("X'61',X'',1")),
        ("XA ROLLBACK X'61',X'',1", .xaRollback("X'61',X'',1")),
        ("XA END X'61',X'',1", .nothing), ("", .nothing), ("# Dummy event replacing event type 160", .nothing),
        ("/* nothing */ -- more", .nothing),
        ("SET STATEMENT sql_mode='for' FOR ALTER TABLE t ADD x INT", .other),
        ("analyze table i", .other), ("ANALYZE LOCAL TABLE i", .other),
        ("CREATE TABLE t (`select` INT COMMENT 'select', a INT /* select */)", .other),
        ("CREATE TABLE t (a VARCHAR(9) DEFAULT 'it''s \\' select')", .other),
        ("CREATE TABLE t (a INT, FULLTEXT (b) WITH PARSER ngram) WITH SYSTEM VERSIONING", .other),
        ("CREATE TABLE t (a INT) PARTITION BY RANGE (a) (PARTITION p VALUES LESS THAN (1))", .other),
        ("CREATE TABLE d.table (a INT, FOREIGN KEY (a) REFERENCES d.values (b))", .other),
        ("CREATE TABLE t LIKE d.select", .other), ("CREATE TABLE t (LIKE d.values)", .other),
        ("CREATE TABLE t (a INT) START TRANSACTION", .other),
        ("CREATE TEMPORARY TABLE t SELECT 1", .temporaryTable),
        ("DROP TEMPORARY TABLE IF EXISTS t", .temporaryTable),
        ("DROP /*!40005 TEMPORARY */ TABLE IF EXISTS `t`", .temporaryTable),
        ("CREATE VIEW v AS SELECT 1", .other), ("TRUNCATE TABLE t", .other), ("DROP TABLE t", .other),
        ("ALTER TABLE t ADD c INT", .other), ("GRANT SELECT ON *.* TO x", .other), ("FLUSH TABLES", .other),
        ("CREATE TRIGGER tr AFTER INSERT ON i FOR EACH ROW INSERT INTO m VALUES (1)", .other),
        ("SET PASSWORD FOR x = 'y'", .other),
    ]

    @Test(arguments: cases)
    func `a statement's kind is told by its first words`(text: String, kind: StatementKind) {
        #expect(StatementKind(Array(text.utf8)) == kind)
    }

    /// The text, the change's keyword, and its table where that can be told.
    private static let changes: [(String, String, String?)] = [
        ("INSERT INTO t VALUES (1)", "INSERT", "t"),
        ("/* app */ insert into t values ('-- x')", "INSERT", "t"),
        ("insert low_priority ignore `a``b`.\"c d\" (x, y) values (1, now())", "INSERT", "a`b.c d"),
        ("INSERT d . t SET a = 1 ON DUPLICATE KEY UPDATE a = VALUES(a) + COALESCE(b, 0)", "INSERT", "d.t"),
        ("INSERT INTO t (a) SELECT a FROM u WHERE (a > 1) AND (b IN (1, 2))", "INSERT", "t"),
        ("INSERT INTO t VALUES (f(1))", "INSERT", nil), ("INSERT INTO t VALUES (d.f(1))", "INSERT", nil),
        ("INSERT INTO t VALUES (`now`())", "INSERT", nil),
        ("INSERT INTO t SELECT * FROM (SELECT d.f() AS x) AS y", "INSERT", nil),
        ("-- x\n# y\nUPDATE t SET a=1", "UPDATE", "t"), ("UPDATE IGNORE d.t SET a = 1", "UPDATE", "d.t"),
        ("UPDATE t, u SET t.a = u.a", "UPDATE", nil), ("UPDATE t JOIN u USING (a) SET t.b = 1", "UPDATE", nil),
        ("UPDATE t AS x SET a = 1", "UPDATE", nil),
        ("/*!40101 DELETE */ FROM t", "DELETE", nil), ("/*! DELETE */ FROM t", "DELETE", "t"),
        ("DELETE QUICK FROM t WHERE a = 1", "DELETE", "t"), ("DELETE FROM t", "DELETE", "t"),
        ("DELETE FROM d.t LIMIT 5", "DELETE", "d.t"), ("DELETE FROM t USING t JOIN u", "DELETE", nil),
        ("DELETE t FROM t JOIN u", "DELETE", nil), ("DELETE FROM t, u USING t, u", "DELETE", nil),
        ("DELETE FROM t.* USING t, u", "DELETE", nil), ("DELETE HISTORY FROM t", "DELETE", "t"),
        ("/*M!100100 REPLACE */ INTO t VALUES (1)", "REPLACE", nil),
        ("/*M! REPLACE */ DELAYED INTO t VALUES (1)", "REPLACE", "t"),
        ("(SELECT `d`.`f`())", "SELECT", nil), ("WITH x AS (SELECT 1) DELETE FROM t", "WITH", nil),
        ("(((with x as (select 1) select f())))", "WITH", nil), ("CALL d.p(1)", "CALL", nil), ("DO f()", "DO", nil),
        ("LOAD DATA INFILE 'x INTO TABLE u' INTO TABLE t", "LOAD", "t"),
        ("LOAD DATA LOCAL INFILE 'x' REPLACE INTO TABLE `d`.`t` FIELDS TERMINATED BY ',' (a, b)", "LOAD", "d.t"),
        ("LOAD DATA INFILE 'x' INTO TABLE t (@a) SET b = f(@a)", "LOAD", nil),
        ("SET STATEMENT max_statement_time=10 FOR INSERT INTO t VALUES (1)", "INSERT", "t"),
        ("set statement sort_buffer_size=1, sql_mode='for' for /* x */ delete from d.t", "DELETE", "d.t"),
        ("ANALYZE FORMAT=JSON UPDATE t SET a=1", "UPDATE", "t"),
        ("CREATE TABLE t2 AS SELECT * FROM t", "CREATE TABLE … SELECT", "t2"),
        ("CREATE OR REPLACE TABLE d.t (a INT) SELECT 1 AS a", "CREATE TABLE … SELECT", "d.t"),
        ("CREATE TABLE IF NOT EXISTS t SELECT f() AS a", "CREATE TABLE … SELECT", nil),
        ("CREATE TABLE c TABLE t", "CREATE TABLE … SELECT", "c"),
        ("CREATE TABLE d.c (TABLE t)", "CREATE TABLE … SELECT", "d.c"),
        ("CREATE TABLE c VALUES ROW(1), ROW(2)", "CREATE TABLE … SELECT", "c"),
        ("CREATE TABLE c AS VALUES (1), (2)", "CREATE TABLE … SELECT", "c"),
        ("CREATE TABLE c ((values (1)))", "CREATE TABLE … SELECT", "c"),
        ("CREATE TABLE c (a INT) IGNORE WITH x AS (TABLE t) TABLE x", "CREATE TABLE … SELECT", "c"),
        ("CREATE TABLE c (a INT) WITH SYSTEM VERSIONING AS VALUES (f())", "CREATE TABLE … SELECT", nil),
    ]

    @Test(arguments: changes)
    func `a change's table is told where nothing else can be changed`(
        text: String, keyword: String, table: String?
    ) {
        guard case .change(let change) = StatementKind(Array(text.utf8)) else { return #expect(Bool(false), "\(text)") }
        #expect(change.keyword == keyword)
        #expect(change.table.map { ($0.database.map { "\($0)." } ?? "") + $0.name } == table, "\(text)")
    }

    @Test(arguments: [
        "INSERT", "INSERT INTO", "INSERT INTO t.", "INSERT INTO `t", "UPDATE t", "DELETE FROM", "LOAD DATA INTO TABLE",
        "CREATE TABLE IF NOT SELECT", "INSERT INTO 'x'", "REPLACE INTO (",
        "'", "\"", "`", "/*", "/*!", "'\\", "-", "--", "/", "ROLLBACK TO", "CREATE OR", "SET STATEMENT", "XA",
    ])
    func `what ends too early is no trap`(text: String) {
        _ = StatementKind(Array(text.utf8))
    }

    @Test func `a version that no server has decides about comments as any does`() {
        var dialect = StatementDialect()
        dialect.version = ServerVersion("9223372036854775807.9223372036854775807.9223372036854775807-MariaDB")
        var words = StatementWords(Array("/*!40101 SELECT */ 1".utf8), dialect: dialect)
        #expect(words.next() == "SELECT")
    }

    @Test func `a change is read as the session meant its text`() throws {
        func change(_ text: [UInt8], sqlMode: UInt64 = 0, client: UInt16) throws -> StatementChange? {
            let status = [1] + le(sqlMode) + [4] + le(client) + le(client) + le(client)
            let body = EventBuilder.queryBody("", status: status) + text
            var cursor = ByteCursor(body.span.bytes)
            let event = try QueryEvent(from: &cursor, postHeaderLength: 13, isCompressed: false, inflater: Inflater())
            guard case .change(let change) = try event.kind else { return nil }
            return change
        }
        let (utf8mb4, latin1, sjis): (UInt16, UInt16, UInt16) = (45, 8, 13)
        let escaped = Array(#"INSERT INTO u VALUES ('a\', f(), 'b')"#.utf8)
        #expect(try change(escaped, client: utf8mb4)?.table?.name == "u")
        // NO_BACKSLASH_ESCAPES: the string ends behind its backslash, and a function is called.
        let call = try change(escaped, sqlMode: 1 << 20, client: utf8mb4)
        #expect(call?.keyword == "INSERT" && call?.table == nil)
        // In sjis the byte of a backslash is the second of a character.
        let kanji = Array("INSERT INTO u VALUES ('".utf8) + [0x83, 0x5C] + Array("', f(), 'b')".utf8)
        #expect(try change(kanji, client: sjis) != nil)
        #expect(try change(kanji, client: sjis)?.table == nil)
        let name = Array("DELETE FROM tabl".utf8) + [0xE9]
        #expect(try change(name, client: latin1)?.table?.name == "tablé")
        #expect(try change(name, client: utf8mb4)?.table == nil)
    }

    @Test func `the query's text and database are found behind its status variables`() throws {
        let body = EventBuilder.queryBody("DROP TABLE é", database: "dé", status: [1, 2, 3])
        var cursor = ByteCursor(body.span.bytes)
        let event = try QueryEvent(from: &cursor, postHeaderLength: 13, isCompressed: false, inflater: Inflater())
        #expect(event.database == "dé")
        #expect(String(decoding: event.text, as: UTF8.self) == "DROP TABLE é")
    }

    @Test func `status variables longer than the event are refused`() {
        var body = EventBuilder.queryBody("BEGIN")
        body[11] = 0xFF
        body[12] = 0xFF
        #expect(throws: DecodeError.self) {
            var cursor = ByteCursor(body.span.bytes)
            _ = try QueryEvent(from: &cursor, postHeaderLength: 13, isCompressed: false, inflater: Inflater())
        }
    }
}
