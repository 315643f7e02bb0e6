import MySQLClient
import Rows
import Testing

@testable import BinlogReader

/// MariaDB's VECTOR(n), from 11.7 on: VARBINARY(4n) in the log, and what others say of it. The events are made: no server of the
/// tests has the type.
@Suite struct VectorHintsTests {
    private static let numbers: [Float] = [1, 2.5, -3]
    private static let bytes = numbers.flatMap { le($0.bitPattern) }
    private static let asNumbers = "rows d.t: insert a=1 b=[1,2.5,-3] c=0x0000803f00002040000040c0"
    private static let asBytes =
        "rows d.t: insert a=1 b=0x0000803f00002040000040c0 c=0x0000803f00002040000040c0"

    private var builder = EventBuilder()

    init() {
        builder.serverVersion = "11.8.2-MariaDB-log"
    }

    /// A row of (a INT, b VECTOR(3), c VARBINARY(12)).
    private mutating func insert(_ sequence: UInt64, hasNames: Bool = true) -> [[UInt8]] {
        let map = EventBuilder.tableMapBody(
            9, types: [3, 15, 15], metadata: [12, 0, 12, 0],
            optional: hasNames ? [1, 1, 0, 2, 1, 63, 4, 6, 1, 97, 1, 98, 1, 99] : [])
        let row = [0xF8] + le(Int32(1)) + [12] + Self.bytes + [12] + Self.bytes
        return [
            builder.gtid(sequence), builder.event(.tableMap, map), builder.rows(.writeRowsV1, 9, columnCount: 3, row),
            builder.xid(),
        ]
    }

    private func rows(_ events: [[UInt8]], _ options: ReaderOptions) -> [String] {
        logOfFile(events, options: options).filter { $0.hasPrefix("rows") || $0.hasPrefix("error") }
    }

    @Test mutating func `the live table says which bytes are numbers`() throws {
        let events = [builder.formatDescription()] + insert(1)
        let hints = KnownHints()
        hints.byTable["t"] = ["b": .vector]
        #expect(rows(events, ReaderOptions(hints: hints)) == [Self.asNumbers])
        #expect(hints.asked == ["d.t"])
        #expect(rows(events, ReaderOptions()) == [Self.asBytes])
    }

    @Test(arguments: [("10.11.19-MariaDB-log", 0), ("11.6.2-MariaDB", 0), ("11.7.1-MariaDB", 1), ("8.0.99-made-up", 1)])
    mutating func `servers from before the type are not asked for it`(version: String, count: Int) throws {
        builder.serverVersion = version
        let hints = KnownHints()
        #expect(rows([builder.formatDescription()] + insert(1), ReaderOptions(hints: hints)) == [Self.asBytes])
        #expect(hints.asked.count == count)
    }

    @Test(arguments: [true, false])
    mutating func `a schema says so at its place of the log, with names there or without`(hasNames: Bool) throws {
        var events = [builder.formatDescription()] + insert(1, hasNames: hasNames)
        events += [builder.gtid(2, isStandalone: true), builder.query("ALTER TABLE t MODIFY b VARBINARY(12)")]
        events += insert(3, hasNames: hasNames)
        var options = ReaderOptions()
        options.schemas = DeclaredSchemas(
            SchemaFile(
                "CREATE TABLE d.t (a INT, b VECTOR(3), c VARBINARY(12))", path: "t.sql", fingerprint: ""),
            selects: { _, _ in true })
        #expect(rows(events, options) == [Self.asNumbers, Self.asBytes])
    }

    @Test func `a live column and a declared one have the type of the log's`() throws {
        let live = LiveColumn(name: "b", isNullable: true, dataType: "vector", columnType: "vector(3)")
        #expect(live.hint == .vector && live.type == .vector)
        for (version, hint) in [("11.8.2-MariaDB", ColumnHint.vector), ("9.7.0", nil)] {
            var catalogue = SchemaCatalogue(version: ServerVersion(version))
            try catalogue.apply(Array("CREATE TABLE d.t (b VECTOR(3))".utf8), in: StatementContext())
            let column = catalogue[SourceServer.TableName(database: "d", name: "t")]?.columns.first
            #expect(column?.hint == hint && column?.type == .vector, "\(version)")
        }
    }
}
