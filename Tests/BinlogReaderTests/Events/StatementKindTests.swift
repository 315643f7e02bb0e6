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
