import Foundation
import TestSupport
import Testing

/// A target table, or a column of it, that was made anew while no replicator ran: said at the start and by `check`.
@Suite(.serialized) struct MissingRowsTests {
    /// Runs until the target has all; then stops.
    private func replicate(_ shop: ShopFixture, _ path: String, _ words: [String]) throws -> String {
        // Before that, verify would find the checkpoint of the run before, which is as far as the source.
        let run = try ReplicatorProcess.reading(path, words)
        let (end, output, errors) = try shop.verify(path)
        #expect(end == .exited(0), "\(output)\(errors)\(run.errors)")
        try run.stop()
        return run.errors
    }

    /// What the log of a run, and `check`, say of missing rows.
    private func warnings(_ path: String) throws -> (log: [String], check: [String]) {
        let run = try ReplicatorProcess.reading(path)
        try run.stop()
        let check = try ReplicatorProcess.run(["check", "-c", path])
        #expect(check.end == .exited(0), "\(check.output)")
        return (
            run.errors.split(separator: "\n").filter { $0.contains("rows may be missing in the target") }.map(
                String.init),
            check.output.split(separator: "\n").filter { $0.contains("are missing") }.map(String.init)
        )
    }

    private func expect(_ lines: (log: [String], check: [String]), inLog: Int = 1, _ text: String) {
        #expect(lines.log.count == inLog && lines.check.count == 1, "\(lines)")
        for line in lines.log + lines.check {
            #expect(line.contains(text), "\(line)")
            #expect(line.contains("run --start earliest --reset-checkpoint --sink warehouse"), "\(line)")
        }
        #expect(lines.log.allSatisfy { $0.contains("level=warn") && $0.contains("pipeline=warehouse") })
        #expect(lines.check.allSatisfy { $0.hasPrefix("sink warehouse: note: ") })
    }

    private func follow(
        _ shop: ShopFixture, _ path: String, _ execute: (String) throws -> Void, _ slots: String
    ) throws {
        try shop.server.execute(
            """
            INSERT INTO slots VALUES (1, 'a', 1), (2, 'b', 2), (3, 'c', NULL);
            INSERT INTO customers VALUES (1, 'a@example.org', NULL, 1);
            INSERT INTO orders VALUES (1, 1, 'draft', 1, 1, 'no row of the view', NOW(6), 1, '')
            """, database: "shop")
        var log = try replicate(shop, path, ["--start", "earliest"])
        // An empty target of an empty view, NULLs that the source has too, and a first run are nothing to warn of.
        #expect(!log.contains("rows may be missing"), "\(log)")
        #expect(try warnings(path) == ([], []))
        try execute("DROP TABLE slots")
        try execute(slots)
        expect(try warnings(path), "table slots is empty, and the source has rows for it: if it was made anew")
        log = try replicate(shop, path, ["--start", "earliest", "--reset-checkpoint", "--sink", "warehouse"])
        #expect(!log.contains("rows may be missing"), "\(log)")
        try execute("ALTER TABLE customers DROP COLUMN points")
        try execute("ALTER TABLE customers ADD COLUMN points INT UNSIGNED")
        // A start does not look at columns.
        expect(
            try warnings(path), inLog: 0,
            "the first rows of table customers have nothing but NULL in points, and the source's have")
        _ = try replicate(shop, path, ["--start", "earliest", "--reset-checkpoint", "--sink", "warehouse"])
        #expect(try warnings(path) == ([], []))
    }

    @Test func `of a SQLite file`() throws {
        let shop = try ShopFixture()
        let path = try shop.configuration(sinks: ["warehouse"])
        try follow(
            shop, path, { try shop.sqlite($0) },
            "CREATE TABLE slots (id INTEGER PRIMARY KEY, code TEXT UNIQUE, n INTEGER)")
    }

    @Test(arguments: ServerKind.allCases)
    func `of a server's database`(kind: ServerKind) throws {
        let shop = try ShopFixture()
        let target = try ShopTarget(kind, shop)
        try follow(
            shop, try target.configuration(), { try target.execute($0) },
            "CREATE TABLE slots (id INT PRIMARY KEY, code VARCHAR(20) NOT NULL UNIQUE, n INT)")
        try target.server.stop()
    }
}
