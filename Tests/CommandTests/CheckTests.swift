import Foundation
import TestSupport
import Testing

/// `check` finds all that is wrong in one run, each with what mends it, and changes nothing.
@Suite(.serialized) struct CheckTests {
    private func check(_ path: String) throws -> (end: ProcessEnd, output: String) {
        let (end, output, errors) = try ReplicatorProcess.run(["check", "-c", path], timeout: 60)
        #expect(errors.isEmpty, "\(errors)")
        return (end, output)
    }

    private func expect(_ output: String, has parts: [String], sourceLocation: SourceLocation = #_sourceLocation) {
        for part in parts where !output.contains(part) {
            Issue.record("not said: \(part)\n\(output)", sourceLocation: sourceLocation)
        }
    }

    @Test func `five faults at once are found in one run, each with its remedy`() throws {
        let shop = try ShopFixture()
        let path = try shop.configuration()
        #expect(try check(path).end == .exited(0))
        try shop.server.execute(
            "REVOKE REPLICATION SLAVE ON *.* FROM replicator@'%'; SET GLOBAL binlog_row_image = NOBLOB")
        _ = try shop.scratch.write(
            ShopFixture.mapping.replacingOccurrences(of: "status <> 'draft'", with: "sttaus <> 'draft'")
                .replacingOccurrences(of: "COALESCE(note, '-')", with: "COALESCE(notte, '-')"),
            to: "mappings/orders.sql")
        try shop.redis.stop()
        try shop.sqlite("DROP TABLE slots")
        let (end, output) = try check(path)
        #expect(end == .exited(3))
        expect(
            output,
            has: [
                "source: the account may not read the binary log: GRANT REPLICATION SLAVE ON *.* TO 'replicator'@'%'",
                "source: binlog_row_image is NOBLOB and has to be FULL: SET GLOBAL binlog_row_image = 'FULL'",
                "orders.sql:2:73: error: unknown column notte in shop.orders; did you mean note?",
                "orders.sql:5:7: error: unknown column sttaus in shop.orders; did you mean status?",
                "sink warehouse: the SQLite file has no table slots; make it, for example: CREATE TABLE \"slots\"",
                "sink cache: redis://127.0.0.1:\(shop.redis.port)/0: cannot connect: Connection refused: is it up, and is url right?",
            ])
        // Mended as it says.
        try shop.redis.start()
        try shop.server.execute(
            "GRANT REPLICATION SLAVE ON *.* TO 'replicator'@'%'; SET GLOBAL binlog_row_image = 'FULL'; "
                + "SET GLOBAL binlog_row_metadata = 'NO_LOG'")
        _ = try shop.scratch.write(ShopFixture.mapping, to: "mappings/orders.sql")
        let statement = try #require(output.components(separatedBy: "for example: ").dropFirst().first)
        try shop.sqlite(String(try #require(statement.split(separator: "\n").first)))
        let mended = try check(path)
        #expect(mended.end == .exited(0), "\(mended.output)")
        #expect(mended.output.contains("source: ok") && mended.output.contains("sink cache: ok"))
        expect(
            mended.output,
            has: ["source: note: binlog_row_metadata is NO_LOG: the log does not name the columns of tables"])
        #expect(!FileManager.default.fileExists(atPath: shop.scratch.file("replicator.state")))
    }

    @Test func `each mapping file is read, whatever is wrong with the others`() throws {
        let shop = try ShopFixture()
        let path = try shop.configuration(sinks: ["warehouse"])
        _ = try shop.scratch.write("CREATE VIEW a AS\nSELEC id FROM shop.slots;\n", to: "mappings/a.sql")
        _ = try shop.scratch.write("CREATE VIEW b AS SELECT id, FROM shop.slots;\n", to: "mappings/b.sql")
        _ = try shop.scratch.write("CREATE VIEW c AS SELECT id, cood FROM shop.slots;\n", to: "mappings/c.sql")
        _ = try shop.scratch.write("CREATE VIEW d AS SELECT id FROM shop.slotz;\n", to: "mappings/d.sql")
        _ = try shop.scratch.write("CREATE VIEW e AS SELECT code FROM shop.slots;\n", to: "mappings/e.sql")
        _ = try shop.scratch.write("CREATE VIEW open_orders AS SELECT id FROM shop.orders;\n", to: "mappings/z.sql")
        let (end, output) = try check(path)
        #expect(end == .exited(3))
        expect(
            output,
            has: [
                "a.sql:2:1: error:", "b.sql:1:", "c.sql:1:29: error: unknown column cood", "^~~~",
                "d.sql:1:13: the view d reads no table that the source has",
                "the view e drops a part of the primary key (id)", "the view open_orders is defined twice",
            ])
    }

    @Test func `a source that is down keeps the sinks from nothing, nor they it`() throws {
        let shop = try ShopFixture()
        let path = try shop.configuration(port: 1)
        try shop.redis.stop()
        let (end, output) = try check(path)
        #expect(end == .exited(3))
        expect(output, has: ["source: ", "sink cache: redis://", "sink warehouse: ok"])
        #expect(output.split(separator: "\n").count == 3, "\(output)")
    }

    @Test func `a host that nobody knows is said to be that, and nothing else`() throws {
        let scratch = try ScratchFolder()
        // No resolver asks anyone for a name with an empty part.
        let path = try scratch.write(
            """
            [source]
            url = file:\(scratch.path)
            [sink a]
            url = mysql://w@no..such/dw
            [sink b]
            url = redis://no..such
            [sink c]
            url = kafka://no..such:9092

            """, to: "replicator.conf")
        let (end, output) = try check(path)
        #expect(end == .exited(3))
        for (sink, advice) in [
            ("a", "check the host in the URL"), ("b", "check the host in url"), ("c", "check the host in url"),
        ] {
            let lines = output.split(separator: "\n").filter { $0.hasPrefix("sink \(sink): ") }
            #expect(lines.count == 1 && lines[0].hasSuffix(advice), "\(output)")
        }
        #expect(!output.contains("is it up"), "\(output)")
    }

    @Test func `a view that only evaluation refuses is found among the rows there are`() throws {
        let shop = try ShopFixture()
        let path = try shop.configuration(sinks: ["warehouse"])
        let view = "CREATE VIEW slots AS\nSELECT id, code, 9223372036854775807 - 5 + n AS n FROM shop.slots;\n"
        _ = try shop.scratch.write(view, to: "mappings/slots.sql")
        try shop.server.execute("INSERT INTO slots VALUES (1, 'a', 5), (2, 'secret', NULL)", database: "shop")
        #expect(try check(path).end == .exited(0))
        try shop.server.execute("INSERT INTO slots VALUES (3, 'secret3', 6)", database: "shop")
        let (end, output) = try check(path)
        #expect(end == .exited(3))
        expect(
            output,
            has: [
                """
                slots.sql:2:18: error: BIGINT value is out of range in '9223372036854775807 - 5 + n'
                SELECT id, code, 9223372036854775807 - 5 + n AS n FROM shop.slots;
                                 ^~~~~~~~~~~~~~~~~~~~~~~~~~~
                (of a row that shop.slots has now)
                """
            ])
        #expect(!output.contains("secret"))
    }
}
