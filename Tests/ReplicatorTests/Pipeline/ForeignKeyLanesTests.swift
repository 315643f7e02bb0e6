import Foundation
import MySQLClient
import Rows
import Sinks
import Synchronization
import TestSupport
import Testing

@testable import Replicator

/// Targets that foreign keys tie together, with several lanes. By their names alone the tables are in lanes of their own.
@Suite struct ForeignKeyLanesTests {
    private static let source = """
        CREATE TABLE parents (id INT PRIMARY KEY, v INT);
        CREATE TABLE children (id INT PRIMARY KEY, p INT NOT NULL, v INT, FOREIGN KEY (p) REFERENCES parents (id));
        CREATE TABLE grandchildren (id INT PRIMARY KEY, c INT NOT NULL, FOREIGN KEY (c) REFERENCES children (id));
        CREATE TABLE notes (id INT PRIMARY KEY AUTO_INCREMENT, v INT);
        """
    private static let target = """
        CREATE TABLE parents (id INTEGER PRIMARY KEY, v INTEGER);
        CREATE TABLE children (id INTEGER PRIMARY KEY, p INTEGER NOT NULL REFERENCES parents, v INTEGER);
        CREATE TABLE grandchildren (id INTEGER PRIMARY KEY, c INTEGER NOT NULL REFERENCES children);
        CREATE TABLE notes (id INTEGER PRIMARY KEY, v INTEGER);
        CREATE TABLE audit (n INTEGER PRIMARY KEY, what TEXT);
        CREATE TRIGGER parents_i AFTER INSERT ON parents BEGIN
            INSERT INTO audit (what) VALUES ('parent ' || NEW.id); END;
        CREATE TRIGGER children_i AFTER INSERT ON children BEGIN
            INSERT INTO audit (what) VALUES ('child ' || NEW.id); END;
        CREATE TRIGGER parents_u AFTER UPDATE ON parents BEGIN
            INSERT INTO audit (what) VALUES ('parent ' || NEW.id || ' again'); END;
        CREATE TRIGGER children_u AFTER UPDATE ON children BEGIN
            INSERT INTO audit (what) VALUES ('child ' || NEW.id || ' again'); END;
        """

    /// A family comes, changes and goes, in one transaction or in many.
    private static func statements(_ family: Int) -> [String] {
        var statements = [
            "INSERT INTO parents VALUES (\(family), 0)", "INSERT INTO notes (v) VALUES (\(family))",
            "INSERT INTO children VALUES (\(family), \(family), 0)",
            "INSERT INTO children VALUES (-\(family), \(family), 0)",
            "INSERT INTO grandchildren VALUES (\(family), \(family))",
            "UPDATE children SET v = v + 1 WHERE id = \(family)", "UPDATE notes SET v = v + 1 WHERE id % 7 = 0",
        ]
        if family % 2 == 0 {
            statements += [
                "DELETE FROM grandchildren WHERE id = \(family)", "DELETE FROM children WHERE p = \(family)",
                "DELETE FROM parents WHERE id = \(family)",
            ]
        }
        return family % 3 == 0 ? ["BEGIN"] + statements + ["COMMIT"] : statements
    }

    @Test func `parents come before children and go after them, across kills`() throws {
        let fixture = try LanesFixture(source: Self.source, target: Self.target)
        let configuration = try fixture.configuration(lanes: 3, replicator: "transaction-bytes = 64K")
        let failure = Mutex<String?>(nil)
        let isEnough = Atomic(false)
        let load = Thread {
            do {
                let connection = try fixture.server.connect(database: "shop")
                var family = 1
                while !isEnough.load(ordering: .relaxed), family < 20_000 {
                    for statement in Self.statements(family) { try connection.execute(statement) }
                    family += 1
                    if family % 200 == 0 {
                        // Larger than transaction-bytes: comes in parts.
                        try connection.execute("BEGIN")
                        for table in ["parents SELECT seq, 1", "children SELECT seq, seq, 1"] {
                            let first = 1_000_000 + family * 1_000
                            try connection.execute("INSERT INTO \(table) FROM seq_\(first)_to_\(first + 800)")
                        }
                        try connection.execute("COMMIT")
                    }
                }
            } catch {
                failure.withLock { $0 = String(describing: error) }
            }
        }
        load.start()
        defer { isEnough.store(true, ordering: .relaxed) }
        for kill in 1...3 {
            let replicator = try fixture.start(configuration)
            try fixture.wait("rows to be killed over", replicator) {
                Int(try fixture.sqlite("SELECT count(*) FROM notes").first ?? "") ?? 0 > kill * 300
            }
            try replicator.kill()
        }
        let replicator = try fixture.start(configuration)
        try fixture.wait("rows after the kills", replicator) {
            Int(try fixture.sqlite("SELECT count(*) FROM notes").first ?? "") ?? 0 > 1300
        }
        isEnough.store(true, ordering: .relaxed)
        try waitUntil(timeout: 60, "the load's end") { load.isFinished }
        #expect(failure.withLock { $0 } == nil)
        try fixture.expectEqual(configuration, replicator)
        try fixture.stop(replicator)
        #expect(try fixture.sqlite("PRAGMA foreign_key_check") == [])
        #expect(
            try fixture.sqlite("SELECT mapping LIKE '%ties [[%children%parents%' FROM replicator_pipeline") == ["1"])
    }

    @Test func `a table that comes later brings its foreign key`() throws {
        let fixture = try LanesFixture(
            source: "CREATE TABLE parents (id INT PRIMARY KEY, v INT)",
            target: "CREATE TABLE parents (id INTEGER PRIMARY KEY, v INTEGER)")
        let configuration = try fixture.configuration(lanes: 3)
        let replicator = try fixture.start(configuration)
        try fixture.server.execute("INSERT INTO parents SELECT seq, 0 FROM seq_1_to_100", database: "shop")
        try fixture.wait("the first rows", replicator) {
            try fixture.sqlite("SELECT count(*) FROM parents") == ["100"]
        }
        // Its name comes before the other's, so that the group's is another one than the parent had.
        try fixture.sqlite("CREATE TABLE children (id INTEGER PRIMARY KEY, p INTEGER REFERENCES parents)")
        try fixture.server.execute(
            "CREATE TABLE children (id INT PRIMARY KEY, p INT, FOREIGN KEY (p) REFERENCES parents (id))",
            database: "shop")
        // The first that is seen of the child is in the middle of a transaction.
        let connection = try fixture.server.connect(database: "shop")
        for first in stride(from: 1_000, to: 1_400, by: 2) {
            try connection.execute("BEGIN")
            for id in [first, first + 1] {
                try connection.execute("INSERT INTO parents VALUES (\(id), 0)")
                try connection.execute("INSERT INTO children VALUES (\(id), \(id))")
            }
            try connection.execute("UPDATE parents SET v = v + 1 WHERE id < 50")
            try connection.execute("COMMIT")
        }
        try fixture.expectEqual(configuration, replicator)
        #expect(
            try fixture.sqlite("SELECT mapping LIKE '%ties [[%children%parents%' FROM replicator_pipeline") == ["1"])
        try fixture.stop(replicator)
        #expect(try fixture.places() == fixture.end())
    }

    /// The crash left the lanes at different places, and meanwhile the target has got, or lost, a foreign key: each lane
    /// first goes on from where it was with the tables that it had.
    @Test(arguments: [true, false])
    func `a foreign key that comes or goes between runs`(comes: Bool) throws {
        let fixture = try LanesFixture(source: Self.source, target: Self.target)
        let connection = try fixture.server.connect(database: "shop")
        let begin = try fixture.server.binlogEnd()
        for id in 1...50 {
            try connection.execute("INSERT INTO parents VALUES (\(id), \(id))")
            try connection.execute("INSERT INTO children VALUES (\(id), \(id), \(id))")
        }
        // The lane of the children is further than that of the parents (or, under a tie, both of one lane).
        let rows = try fixture.server.query("SHOW BINLOG EVENTS IN '\(begin.file)' FROM \(begin.offset)")
        let events = rows.filter { $0[2]?.hasPrefix("Write_rows") == true }.compactMap { $0[1].flatMap { UInt64($0) } }
        #expect(events.count == 100)
        var plan = TargetPlan(
            views: [], unmapped: .copy, tables: try TablePatterns("shop.*"), lanes: 3, isKeyed: true, sink: "warehouse")
        if !comes {
            plan.ties = try #require(TargetTies(text: #"[["shop","children","x"],["shop","parents","x"]]"#))
            try fixture.sqlite(
                "DROP TABLE children; CREATE TABLE children (id INTEGER PRIMARY KEY, p INTEGER, v INTEGER)")
        }
        func lane(_ name: String) throws -> Int {
            let table = Table(
                database: "shop", name: name, columns: [Column(name: "id", type: .year, isNullable: false)],
                primaryKey: [0])
            return try #require(plan.routes(for: table).first).lane
        }
        #expect(try (lane("parents") == lane("children")) == !comes)
        let resume = ResumePosition(
            position: BinlogPosition(file: begin.file, offset: begin.offset), gtids: "", commitMicroseconds: 0)
        var lanes = Array(repeating: LaneCheckpoint(resume: resume, applied: nil), count: 3)
        let sequence = try #require(resume.position.sequence)
        // Applied: all children up to the 40th, and the parents up to there only if they share the lane.
        lanes[try lane("children")].applied = ChangeVersion(
            generation: 0, sequence: sequence, offset: events[79], row: 0)
        try fixture.sqlite(
            "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 40) "
                + "INSERT INTO children SELECT i, i, i FROM n; DELETE FROM audit")
        if !comes { try fixture.sqlite("INSERT INTO parents SELECT id, id FROM children; DELETE FROM audit") }
        var options = SinkOptions([:])
        let sink = try SinkFactory.makeSink(
            url: "sqlite:target.db", options: &options, baseDirectory: fixture.scratch.path)
        let store = try #require(try sink.makeCheckpointStore(pipeline: "warehouse"))
        let epoch = try store.claim().epoch
        try store.replace(
            with: PipelineCheckpoint(keyBy: "table", mapping: plan.text, start: "earliest", lanes: lanes), epoch: epoch)

        let configuration = try fixture.configuration(lanes: 3)
        let replicator = try fixture.start(configuration)
        try fixture.expectEqual(configuration, replicator)
        try fixture.stop(replicator)
        let audit = try fixture.sqlite("SELECT what FROM audit ORDER BY what")
        // Nothing a second time. (The trigger of a table that was made anew is gone.)
        let parents = (comes ? 1...50 : 41...50).map { "parent \($0)" }
        let children = comes ? (41...50).map { "child \($0)" } : []
        #expect(audit == (parents + children).sorted())
        #expect(try fixture.places() == fixture.end())
        let mapping = try fixture.sqlite("SELECT mapping FROM replicator_pipeline").joined()
        #expect(mapping.contains("\"children\"") == true)
    }
}
