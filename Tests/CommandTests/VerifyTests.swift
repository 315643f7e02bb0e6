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
}
