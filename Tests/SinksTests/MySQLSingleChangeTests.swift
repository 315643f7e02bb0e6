import Rows
import TestSupport
import Testing

@testable import Sinks

struct MySQLSingleChangeTests {
    @Test func `what is let pass for one row ends with it, also where it fails`() throws {
        let fixture = try MySQLSinkFixture("CREATE TABLE t (id INT PRIMARY KEY, e ENUM('a'))")
        var options = SinkOptions([:])
        let settings = try MySQLSettings(
            url: "mysql://root@127.0.0.1:\(fixture.server.port)/\(fixture.database)", options: &options,
            baseDirectory: "/")
        let session = try MySQLSession(settings)
        let table = Table("t", [("id", .int), ("e", .enumeration(labels: ["a"]))])
        let writer = try MySQLTableWriter(for: table, definition: [], on: session)
        let batch = RowBatch(table, [.insert([1, .uint(0)])])
        let row = try #require(batch.rows.first)
        #expect(writer.lenientColumns(row, of: batch) == ["e"])
        try fixture.execute("DROP TABLE t")
        var change = MySQLSingleChange(session)
        var counts = WriteCounts()
        #expect(throws: SinkError.self) { try change.apply(row, of: batch, to: writer, &counts) }
        #expect(change.lenientColumns == [])
    }
}
