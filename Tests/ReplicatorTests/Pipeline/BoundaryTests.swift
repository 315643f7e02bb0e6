import Foundation
import TestSupport
import Testing

/// Where transactions begin and end in what real servers log, through the whole program: the target, and what `tail` prints,
/// end equal to the source.
@Suite(.serialized) struct BoundaryTests {
    private static let source = """
        CREATE TABLE i (id INT PRIMARY KEY, v INT) ENGINE = InnoDB; CREATE TABLE m (id INT PRIMARY KEY, v INT) ENGINE = MyISAM;
        CREATE TABLE l (id INT AUTO_INCREMENT PRIMARY KEY, v INT); CREATE DATABASE other; CREATE TABLE other.o (id INT)
        """
    private static let tables = ["i", "m", "l", "c", "a"]
    private static let target = tables.map { "CREATE TABLE \($0) (id INTEGER PRIMARY KEY, v INTEGER);" }.joined()

    /// What begins and ends transactions by itself, or does not.
    private static let boundaries = """
        INSERT INTO i VALUES (1, 0), (2, 0), (3, 0); INSERT INTO m VALUES (1, 0), (2, 0);
        BEGIN; INSERT INTO i VALUES (4, 0); SAVEPOINT s; INSERT INTO i VALUES (5, 0); ROLLBACK TO s;
        INSERT INTO i VALUES (6, 0); RELEASE SAVEPOINT s; COMMIT;
        BEGIN; INSERT INTO i VALUES (7, 0); ROLLBACK;
        CREATE TEMPORARY TABLE tt SELECT * FROM i; INSERT INTO tt VALUES (50, 0); INSERT INTO i SELECT id + 100, v FROM tt;
        BEGIN; INSERT INTO tt VALUES (51, 0); INSERT INTO i VALUES (8, 0); COMMIT; DROP TEMPORARY TABLE tt;
        BEGIN; INSERT INTO i VALUES (9, 0); CREATE TABLE c (id INT PRIMARY KEY, v INT) SELECT id, v FROM i; ROLLBACK;
        BEGIN; INSERT INTO i VALUES (10, 0); ALTER TABLE other.o ADD x INT; ROLLBACK;
        SET autocommit = 0; INSERT INTO i VALUES (11, 0); BEGIN; INSERT INTO i VALUES (12, 0); SET autocommit = 1;
        START TRANSACTION; INSERT INTO i VALUES (13, 0); START TRANSACTION; INSERT INTO i VALUES (14, 0); ROLLBACK;
        SET completion_type = 1; BEGIN; INSERT INTO i VALUES (15, 0); COMMIT; INSERT INTO i VALUES (16, 0); COMMIT;
        SET completion_type = 0; ROLLBACK
        """

    /// Statements whose rows are others than they say.
    private static let statements = """
        INSERT INTO i VALUES (1, 5), (20, 9) ON DUPLICATE KEY UPDATE v = v + 1; REPLACE INTO i VALUES (2, 7), (21, 1);
        REPLACE INTO m VALUES (2, 7), (21, 1); UPDATE i SET id = id + 1000 WHERE id > 100;
        UPDATE i JOIN c ON i.id = c.id SET i.v = 11, c.v = 12 WHERE i.id < 3;
        DELETE i, c FROM i JOIN c ON i.id = c.id WHERE i.id = 3;
        CREATE TRIGGER i_l AFTER UPDATE ON i FOR EACH ROW INSERT INTO l (v) VALUES (NEW.v);
        UPDATE i SET v = v + 1 WHERE id IN (1, 2); INSERT INTO i VALUES (1, 0) ON DUPLICATE KEY UPDATE v = 30;
        INSERT IGNORE INTO i VALUES (1, 99), (22, 0); INSERT INTO i SELECT id + 2000, v FROM m
        """

    /// MySQL with GTIDs takes none of these.
    private static let mixtures = """
        BEGIN; INSERT INTO i VALUES (30, 0); INSERT INTO m VALUES (30, 0); INSERT INTO i VALUES (31, 0); ROLLBACK;
        BEGIN; INSERT INTO m VALUES (32, 0); INSERT INTO i VALUES (32, 0); COMMIT;
        UPDATE i JOIN m ON i.id = m.id SET i.v = 33, m.v = 34; DELETE i, m FROM i JOIN m ON i.id = m.id WHERE i.id = 2;
        BEGIN; INSERT INTO i VALUES (35, 0); CREATE TEMPORARY TABLE t2 SELECT * FROM m; INSERT INTO m VALUES (35, 0);
        DROP TEMPORARY TABLE t2; COMMIT; CREATE TABLE a (id INT PRIMARY KEY, v INT) ENGINE = MyISAM SELECT id, v FROM m
        """

    @Test(arguments: ServerKind.allCases)
    func `what a server logs in unusual ways ends equal`(kind: ServerKind) throws {
        let fixture = try LanesFixture(
            kind, options: ["--secure-file-priv="], source: Self.source, target: Self.target)
        let server = fixture.server
        // Gives ids from where it will give them from the next time too.
        try server.restart()
        let configuration = try fixture.configuration(lanes: 3)
        let replicator = try fixture.start(configuration)
        func run(_ sql: String) throws { try server.execute(sql, database: "shop") }
        try run(Self.boundaries)
        // Fails at its second row; the first stays, and is logged.
        #expect(throws: (any Error).self) { try run("INSERT INTO m VALUES (3, 0), (1, 0)") }
        #expect(throws: (any Error).self) { try run("INSERT INTO i VALUES (33, 0), (1, 0)") }
        // A session that ends takes back what it has not committed.
        try run("BEGIN; INSERT INTO i VALUES (34, 0)")
        try run(Self.statements)
        if kind == .mariaDB { try run(Self.mixtures) }
        let file = try fixture.scratch.write("300\t1\n301\t\\N\n", to: "rows.tsv")
        try run("LOAD DATA INFILE '\(file)' INTO TABLE i; LOAD DATA INFILE '\(file)' REPLACE INTO TABLE m")
        try fixture.expectEqual(configuration, replicator)

        // Tables get their ids anew, in another order.
        let ids = try tableIDs(server)
        try server.restart()
        try run("UPDATE m SET v = v + 1; UPDATE l SET v = v + 1; DELETE FROM i WHERE id = 20")
        try run("INSERT INTO c VALUES (99, 0)")
        let (before, after) = (ids, try tableIDs(server))
        #expect(before.contains { id, name in after[id].map { $0 != name } ?? false }, "\(before), \(after)")
        try fixture.expectEqual(configuration, replicator)
        try expectTailEqual(server)

        // One that is dropped has had its rows; the pipeline stands in front of that.
        try run("INSERT INTO c VALUES (98, 0)")
        let place = try server.binlogEnd()
        try run("DROP TABLE c; INSERT INTO i VALUES (500, 0)")
        #expect(try replicator.wait() == .exited(1))
        #expect(replicator.errors.contains("DROP TABLE"), "\(replicator.errors.suffix(1000))")
        #expect(try fixture.sqlite("SELECT id FROM c WHERE id = 98") == ["98"])
        #expect(try fixture.places() == ["\(place.file):\(place.offset):none"])
        try expectTailEqual(server)
    }

    /// The tables of the last log file, by the ids that it gives them.
    private func tableIDs(_ server: any DatabaseServer) throws -> [String: String] {
        let name = try server.binlogEnd().file
        let events = try server.query("SHOW BINLOG EVENTS IN '\(name)'")
        let maps = events.compactMap { $0[2] == "Table_map" ? $0[5] : nil }
        return Dictionary(
            maps.compactMap { text in
                let words = text.split(separator: " ")
                return words.count > 2 ? (String(words[1]), String(words[2])) : nil
            }, uniquingKeysWith: { $1 })
    }

    /// What the printed changes make of the tables, from the server and from its files, is what the server has.
    private func expectTailEqual(_ server: any DatabaseServer) throws {
        for source in [[server.url, "--start", "earliest", "--until", "latest"], ["file:" + server.dataDirectory]] {
            let tail = try ReplicatorProcess.run(["tail"] + source + ["--tables", "shop.*"])
            #expect(tail.end == .exited(0) && tail.errors.isEmpty, "\(tail.errors)")
            var rows: [String: [String: String]] = [:]
            for line in tail.output.split(separator: "\n") {
                let change = try #require(JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any])
                let table = try #require(change["table"] as? String)
                if let before = change["before"] as? [String: Any] {
                    #expect(rows[table, default: [:]].removeValue(forKey: Self.text(before["id"])) != nil, "\(line)")
                }
                if let after = change["after"] as? [String: Any] {
                    #expect(
                        rows[table, default: [:]].updateValue(Self.text(after["v"]), forKey: Self.text(after["id"]))
                            == nil, "\(line)")
                }
            }
            let present = Set(try server.query("SHOW TABLES FROM shop").compactMap { $0[0] })
            for table in Self.tables where present.contains(table) {
                let here = try server.query("SELECT id, IFNULL(v, 'NULL') FROM shop.\(table)")
                let truth = Dictionary(uniqueKeysWithValues: here.map { ($0[0] ?? "", $0[1] ?? "") })
                #expect(!truth.isEmpty && rows[table] == truth, "\(table)")
            }
        }
    }

    private static func text(_ value: Any?) -> String {
        (value as? NSNumber).map { "\($0)" } ?? "NULL"
    }
}
