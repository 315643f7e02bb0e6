import Foundation
import TestSupport
import Testing

/// Rows that the server logs and takes back, since the transaction did something besides that a rollback does not undo.
@Suite struct RollbackTests {
    @Test func `rolled back rows do not reach the target, and those of tables without transactions stay`() throws {
        let fixture = try LanesFixture(
            source: """
                CREATE TABLE i (id INT PRIMARY KEY, v INT) ENGINE = InnoDB;
                CREATE TABLE m (id INT PRIMARY KEY, v INT) ENGINE = MyISAM;
                CREATE TABLE a (id INT PRIMARY KEY, v INT) ENGINE = Aria;
                """,
            target: """
                CREATE TABLE i (id INTEGER PRIMARY KEY, v INTEGER);
                CREATE TABLE m (id INTEGER PRIMARY KEY, v INTEGER);
                CREATE TABLE a (id INTEGER PRIMARY KEY, v INTEGER);
                """)
        try fixture.server.execute(Self.load, database: "shop")
        let log = try fixture.server.query("SHOW BINLOG EVENTS").compactMap { $0[5] }
        #expect(log.filter { $0 == "ROLLBACK" }.count == 4)
        #expect(log.filter { $0.hasPrefix("ROLLBACK TO") }.count == 2)
        // Which of them stay is the server's word.
        #expect(try fixture.server.query("SELECT group_concat(id ORDER BY id) FROM shop.i") == [["1,5,8,10"]])
        #expect(try fixture.server.query("SELECT group_concat(id ORDER BY id) FROM shop.m") == [["2,6,9"]])
        let configuration = try fixture.configuration(lanes: 3)
        let replicator = try fixture.start(configuration)
        try fixture.expectEqual(configuration, replicator)
        try fixture.stop(replicator)
        #expect(try fixture.places() == fixture.end())
        // Of files it is the same.
        let tail = try ReplicatorProcess.run(
            ["tail", "file:" + fixture.server.dataDirectory, "--tables", "shop.i", "--format", "json"])
        #expect(tail.end == .exited(0), "\(tail.errors)")
        #expect(tail.output.split(separator: "\n").count == 5)
    }

    private static let load = """
        INSERT INTO i VALUES (1, 0);
        BEGIN; INSERT INTO i VALUES (2, 0); INSERT INTO m VALUES (2, 0); CREATE TEMPORARY TABLE t1 (x INT); ROLLBACK;
        BEGIN; INSERT INTO i VALUES (3, 0); UPDATE i SET v = 9 WHERE id = 1; DROP TEMPORARY TABLE t1; ROLLBACK;
        BEGIN; DELETE FROM i WHERE id = 1; CREATE TEMPORARY TABLE t2 SELECT * FROM i; INSERT INTO a VALUES (4, 0); ROLLBACK;
        BEGIN; INSERT INTO i VALUES (5, 0); SAVEPOINT s; INSERT INTO i VALUES (6, 0); INSERT INTO m VALUES (6, 0);
        ROLLBACK TO S; UPDATE i SET v = v + 1 WHERE id = 5; COMMIT;
        BEGIN; SAVEPOINT s; INSERT INTO i VALUES (7, 0); DROP TEMPORARY TABLE t2; ROLLBACK TO s; INSERT INTO i VALUES (8, 0);
        COMMIT;
        CREATE TRIGGER i_m AFTER INSERT ON i FOR EACH ROW INSERT INTO m VALUES (NEW.id, NEW.v);
        BEGIN; INSERT INTO i VALUES (9, 0); SAVEPOINT b; INSERT INTO a VALUES (9, 0); ROLLBACK;
        DROP TRIGGER i_m;
        BEGIN; INSERT INTO i VALUES (10, 0); SAVEPOINT b; UPDATE i SET v = 7; CREATE TEMPORARY TABLE t3 (x INT);
        ROLLBACK TO b; COMMIT
        """

    @Test func `a transaction that was handed on in parts and is rolled back stops`() throws {
        let fixture = try LanesFixture(
            source: "CREATE TABLE i (id INT PRIMARY KEY, v VARCHAR(1000))",
            target: "CREATE TABLE i (id INTEGER PRIMARY KEY, v TEXT)")
        let begin = try fixture.server.binlogEnd()
        try fixture.server.execute(
            "BEGIN; INSERT INTO i SELECT seq, REPEAT('x', 999) FROM seq_1_to_300; CREATE TEMPORARY TABLE t (x INT); ROLLBACK",
            database: "shop")
        for bytes in ["64K", "64M"] {
            // The second time nothing is handed on, but the target has it from the first.
            let configuration = try fixture.configuration(lanes: 2, replicator: "transaction-bytes = \(bytes)")
            let replicator = try fixture.start(configuration)
            #expect(try replicator.wait() == .exited(1))
            #expect(
                replicator.errors.contains("\(begin.file):\(begin.offset): the transaction that begins here was handed")
            )
        }
    }
}
