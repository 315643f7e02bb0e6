import Testing

@testable import BinlogReader

@Suite struct StatementKindTests {
    private static let cases: [(String, StatementKind)] = [
        ("BEGIN", .begin), ("begin", .begin), ("START TRANSACTION", .begin), ("COMMIT", .commit),
        ("commit /* x */", .commit), ("ROLLBACK", .rollback), ("ROLLBACK WORK", .rollback),
        ("SAVEPOINT `s 1`", .savepoint(name: "`s 1`")), ("ROLLBACK TO `s 1`", .rollbackTo(name: "`s 1`")),
        ("ROLLBACK TO SAVEPOINT x", .rollbackTo(name: "x")), ("RELEASE SAVEPOINT x", .releaseSavepoint),
        ("XA START X'61',X'',1", .distributed), ("XA COMMIT X'61',X'',1", .distributed),
        ("XA PREPARE X'61'", .distributed), ("XA ROLLBACK X'61',X'',1", .distributedRollback),
        ("XA END X'61',X'',1", .nothing), ("", .nothing), ("# Dummy event replacing event type 160", .nothing),
        ("/* nothing */ -- more", .nothing),
        ("INSERT INTO t VALUES (1)", .change(keyword: "INSERT")),
        ("/* app */ insert into t values ('-- x')", .change(keyword: "INSERT")),
        ("-- x\n# y\nUPDATE t SET a=1", .change(keyword: "UPDATE")),
        ("/*!40101 DELETE */ FROM t", .change(keyword: "DELETE")),
        ("/*M!100100 REPLACE */ INTO t VALUES (1)", .change(keyword: "REPLACE")),
        ("(SELECT `d`.`f`())", .change(keyword: "SELECT")),
        ("WITH x AS (SELECT 1) DELETE FROM t", .change(keyword: "WITH")),
        ("LOAD DATA INFILE 'x' INTO TABLE t", .change(keyword: "LOAD")),
        ("SET STATEMENT max_statement_time=10 FOR INSERT INTO t VALUES (1)", .change(keyword: "INSERT")),
        ("SET STATEMENT sql_mode='for' FOR ALTER TABLE t ADD x INT", .other),
        ("ANALYZE FORMAT=JSON UPDATE t SET a=1", .change(keyword: "UPDATE")),
        ("analyze table i", .other), ("ANALYZE LOCAL TABLE i", .other),
        ("CREATE TABLE t2 AS SELECT * FROM t", .change(keyword: "CREATE TABLE … SELECT")),
        ("CREATE OR REPLACE TABLE t (a INT) SELECT 1 AS a", .change(keyword: "CREATE TABLE … SELECT")),
        ("CREATE TABLE t (`select` INT COMMENT 'select', a INT /* select */)", .other),
        ("CREATE TABLE t (a VARCHAR(9) DEFAULT 'it''s \\' select')", .other),
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

    @Test(arguments: [
        "'", "\"", "`", "/*", "/*!", "'\\", "-", "--", "/", "ROLLBACK TO", "CREATE OR", "SET STATEMENT", "XA",
    ])
    func `what ends too early is no trap`(text: String) {
        _ = StatementKind(Array(text.utf8))
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
