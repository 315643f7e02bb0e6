import Foundation
import TestSupport
import Testing

@Suite struct VerifyTests {
    /// The count of a view's rows was once asked for in a way that needs its columns to have different names.
    @Test func `a view may show a column twice, and several things that only the log knows`() throws {
        let shop = try ShopFixture()
        let configuration = try shop.configuration(sinks: ["warehouse"])
        _ = try shop.scratch.write(
            """
            CREATE VIEW mirrored AS
            SELECT id, n, n AS again, n + 1 AS more, _commit_time AS changed, _gtid AS transaction FROM shop.slots;
            """, to: "mappings/mirrored.sql")
        try shop.sqlite(
            """
            CREATE TABLE mirrored (
                id INTEGER PRIMARY KEY, n INTEGER, again INTEGER, more INTEGER, changed TEXT, "transaction" TEXT)
            """)
        try shop.server.execute("INSERT INTO slots VALUES (1, 'a', 10), (2, 'b', NULL)", database: "shop")
        let replicator = try ReplicatorProcess(["run", "-c", configuration, "--start", "earliest"])
        try waitUntil(timeout: 60, "two rows") { try shop.sqlite("SELECT COUNT(*) FROM mirrored") == "2\n" }

        let verified = try shop.verify(configuration)
        #expect(verified.end == .exited(0), "\(verified.output)\(verified.errors)")
        // The view has no database, so its name is all there is.
        #expect(verified.output.contains("warehouse: mirrored: not compared, since only the binary log knows: changed"))
        #expect(verified.output.contains("warehouse: equal (3 tables, 2 rows)"))

        try shop.sqlite("UPDATE mirrored SET again = 11 WHERE id = 1")
        let differing = try shop.verify(configuration)
        #expect(differing.end == .exited(3))
        #expect(differing.output.contains("warehouse: mirrored: id=1: again differs"))

        try replicator.stop()
    }

    @Test func `verify waits for a pipeline that has not begun, as long as it is told to`() throws {
        let shop = try ShopFixture()
        let path = try shop.configuration()
        try shop.server.execute("INSERT INTO slots VALUES (1, 'a', 1)", database: "shop")
        let impatient = try ReplicatorProcess.run(["verify", "-c", path, "--wait", "0"])
        #expect(impatient.end == .exited(3))
        #expect(impatient.output.contains("warehouse: not verified: pipeline warehouse has not begun"))
        #expect(impatient.output.contains("cache: not verified: pipeline cache has not begun"), "\(impatient.output)")
        // The table is there, whoever has it.
        let named = try ReplicatorProcess.run(["verify", "slots", "-c", path, "--wait", "0"])
        #expect(named.end == .exited(3))
        #expect(named.output.split(separator: "\n").count == 2, "\(named.output)")
        #expect(!named.output.contains("no sink has") && !named.output.contains("no such table"), "\(named.output)")
        let patient = try ReplicatorProcess(["verify", "-c", path, "--wait", "60"])
        try waitUntil { try shop.server.query("SHOW PROCESSLIST").count > 1 }
        let run = try ReplicatorProcess(["run", "-c", path, "--start", "earliest"])
        #expect(try patient.wait(timeout: 90) == .exited(0), "\(patient.output)\(patient.errors)")
        #expect(patient.output.contains("warehouse: equal"))
        try run.stop()
    }

    @Test func `a table that is asked for by name is looked for in each sink, and nothing is equal to nothing`() throws
    {
        let shop = try ShopFixture()
        let path = try shop.configuration()
        let run = try ReplicatorProcess(["run", "-c", path, "--start", "earliest"])
        func verify(_ tables: String...) throws -> (end: ProcessEnd, lines: [String]) {
            let (end, output, errors) = try ReplicatorProcess.run(
                ["verify"] + tables + ["-c", path, "--wait", "60"], timeout: 120)
            #expect(errors.isEmpty, "\(errors)")
            return (end, output.split(separator: "\n").map(String.init))
        }
        #expect(
            try verify("open_orders") == (
                .exited(0), ["warehouse: equal (1 table, 0 rows)", "cache: open_orders: has no such table"]
            ))
        #expect(
            try verify("nosuch", "shop.slots") == (
                .exited(3),
                [
                    "warehouse: nosuch: has no such table", "warehouse: equal (1 table, 0 rows)",
                    "cache: nosuch: has no such table", "cache: equal (1 table, 0 rows)",
                    "nosuch: no sink has a target table of this name",
                ]
            ))
        #expect(
            try verify("nosuch") == (
                .exited(3),
                [
                    "warehouse: nosuch: has no such table", "cache: nosuch: has no such table",
                    "nosuch: no sink has a target table of this name",
                ]
            ))
        // Nobody can say what a source has that does not answer.
        try shop.server.stop()
        let (end, lines) = try verify("nosuch")
        #expect(end == .exited(3) && lines.count == 2, "\(lines)")
        #expect(lines.allSatisfy { $0.contains(": not verified: ") }, "\(lines)")
        try shop.server.start()
        try run.stop()
    }

    @Test func `a sink that no table reaches is not equal`() throws {
        let shop = try ShopFixture()
        let path = try shop.configuration(sinks: ["cache"])
        try String(contentsOfFile: path, encoding: .utf8).replacing("shop.*", with: "nowhere.*")
            .write(toFile: path, atomically: true, encoding: .utf8)
        let run = try ReplicatorProcess(["run", "-c", path, "--start", "earliest"])
        let (end, output, _) = try shop.verify(path)
        #expect(end == .exited(3))
        #expect(output == "cache: not verified: no table of the source reaches it\n")
        try run.stop()
    }
}
