import TestSupport
import Testing

/// Two source tables that would be written to one target table, where they are not known together at the start.
@Suite struct TargetStoragesTests {
    @Test func `a second source table for a target stops the pipeline at its first row`() throws {
        let fixture = try LanesFixture(
            source: "CREATE TABLE t (id INT PRIMARY KEY, v TEXT); INSERT INTO t VALUES (1, 'shop')",
            target: "CREATE TABLE t (id INTEGER PRIMARY KEY, v TEXT); INSERT INTO t VALUES (1, 'shop')")
        let finding = "shop.t and other.t would both be written to table t of"
        // The log that is read tells of the second one only.
        let live = try ReplicatorProcess([
            "run", "-c", try fixture.configuration(tables: "shop.*, other.*"), "--start", "latest",
        ])
        try fixture.wait("the beginning", live) { try !fixture.places().isEmpty }
        try fixture.server.execute(
            """
            CREATE DATABASE other; CREATE TABLE other.t (id INT PRIMARY KEY, v TEXT); INSERT INTO other.t VALUES (1, 'other')
            """)
        #expect(try live.wait() == .exited(1))
        #expect(live.errors.contains(finding), "\(live.errors.suffix(2000))")
        #expect(try fixture.sqlite("SELECT v FROM t") == ["shop"])

        // Files tell of no table before its rows.
        try fixture.server.stop()
        try fixture.sqlite("DELETE FROM t; DROP TABLE replicator_checkpoint; DROP TABLE replicator_pipeline")
        let files = try fixture.start(
            fixture.configuration(lanes: 1, tables: "shop.*, other.*", source: "file:" + fixture.server.dataDirectory))
        #expect(try files.wait() == .exited(1))
        #expect(files.errors.contains(finding), "\(files.errors.suffix(2000))")
        #expect(try fixture.sqlite("SELECT v FROM t") == ["shop"])
    }
}
