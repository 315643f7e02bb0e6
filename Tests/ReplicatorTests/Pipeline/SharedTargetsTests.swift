import BinlogReader
import Foundation
import Rows
import Sinks
import Synchronization
import TestSupport
import Testing

@testable import Replicator

/// A source that has the tables `a` and `b`, and counts how often it is asked for them.
private final class CountingSource: PipelineSource {
    let inspections = Mutex(0)

    func inspectTables(where selects: (_ database: String, _ table: String) -> Bool) -> TableInspection {
        inspections.withLock { $0 += 1 }
        var inspection = TableInspection()
        inspection.tables = ["a", "b"].filter { selects("shop", $0) }.map { name in
            Table(
                database: "shop", name: name,
                columns: [Column(name: "id", type: .integer(byteCount: 4, unsigned: false), isNullable: false)],
                primaryKey: [0])
        }
        return inspection
    }

    let label = "counting:"
    var fresh: any PipelineSource { self }

    func findings() -> [String] { [] }
    func notices() -> [String] { [] }
    func sample(_ tables: [Table], limit: Int, _ body: (RowBatch) throws -> Void) {}
    func resolve(_ start: StartPosition, say: (String) -> Void) throws -> ResumePosition { throw PlanError("unasked") }
    func now() -> Int64 { 0 }
    func check(_ resume: ResumePosition, of server: String?) {}
    func open(from resume: ResumePosition, of server: String?, _ options: ReaderOptions) throws -> OpenSource {
        throw PlanError("unasked")
    }
    func stop() {}
    func goesOn(after error: any Error) -> Bool { false }
}

@Suite struct SharedTargetsTests {
    private let source = CountingSource()

    private static func sink() throws -> any Sink {
        var options = SinkOptions([:])
        return try SinkFactory.makeSink(url: "redis://127.0.0.1:1", options: &options, baseDirectory: ".")
    }

    private static func plan(_ tables: String, _ sink: String) throws -> TargetPlan {
        TargetPlan(
            views: [], unmapped: .copy, tables: try TablePatterns(tables), lanes: 1, isKeyed: true, sink: sink)
    }

    /// What a pipeline that writes `shop.a` shares with `neighbours`, each with the tables of its mapping files (nil: they
    /// cannot be read) and of the plan that it runs with.
    private func shared(_ neighbours: [(stored: String?, running: String?)]) throws -> [String] {
        let others = try neighbours.enumerated().map { index, tables in
            let stored = try tables.stored.map { try Self.plan($0, "n\(index)") }
            let running = try tables.running.map { try Self.plan($0, "n\(index)") }
            return NeighbourSink(
                name: "n\(index)", sink: try Self.sink(),
                loadPlan: {
                    guard let stored else { throw PlanError("a file that cannot be read") }
                    return stored
                },
                planInForce: { running })
        }
        let own = try Self.plan("shop.a", "own")
        let pipeline = Pipeline(
            name: "own", plan: own, sink: try Self.sink(), source: source,
            settings: Pipeline.Settings(
                start: StartRequest(start: .earliest, text: "earliest", resetsCheckpoint: false), until: nil,
                keyBy: "table", lanes: 1, transactionByteCount: 64 << 20, ignoresCascades: false,
                openStateStore: { _ throws(SinkError) in throw SinkError(.fatal, "not needed") },
                neighbours: others),
            log: Log())
        let tables = source.inspectTables(where: own.concerns).tables
        source.inspections.withLock { $0 = 0 }
        return try PipelineStart(pipeline).sharedTargets(tables)
    }

    @Test func `the source is asked once for all neighbours`() throws {
        let found = try shared([("shop.a", "shop.a"), ("shop.b", "shop.b"), ("shop.*", "shop.b"), ("shop.b", "shop.b")])
        #expect(found.map { $0.prefix(14) } == ["sink n0 writes", "sink n2 writes"])
        #expect(source.inspections.withLock { $0 } == 1)
    }

    @Test func `without neighbours it is not asked`() throws {
        #expect(try shared([]) == [])
        #expect(source.inspections.withLock { $0 } == 0)
    }

    @Test func `a neighbour that runs with other mappings than its files have still writes by them`() throws {
        let found = try shared([("shop.b", "shop.a")])
        #expect(found.count == 1)
        #expect(found.first?.hasPrefix("sink n0 still writes keys a:") == true, "\(found)")
        #expect(found.first?.contains("(replicator reload n0)") == true, "\(found)")
        #expect(try shared([("shop.a", "shop.*")]).count == 1)
    }

    @Test func `a neighbour whose files cannot be read writes by the plan that it runs with`() throws {
        let found = try shared([(nil, "shop.a")])
        #expect(found.map { $0.prefix(14) } == ["sink n0 writes"], "\(found)")
        #expect(found.first?.contains("reload") == false)
        #expect(try shared([(nil, "shop.b"), (nil, nil)]) == [])
    }

    @Test func `the pipelines of a configuration know one another's plan in force`() throws {
        let scratch = try ScratchFolder()
        let view = "CREATE VIEW a AS SELECT id FROM shop.a;\n"
        _ = try scratch.write(view, to: "one.sql")
        _ = try scratch.write(view, to: "two.sql")
        let path = try scratch.write(
            """
            [source]
            url = mysql://root@127.0.0.1:1
            [sink one]
            url = redis://127.0.0.1:1
            mappings = one.sql
            [sink two]
            url = redis://127.0.0.1:2
            mappings = two.sql
            """, to: "replicator.conf")
        let set = try PipelineSet(
            try Configuration(path: path),
            start: StartRequest(start: .earliest, text: "earliest", resetsCheckpoint: false), log: Log()
        ) { _ throws(SinkError) in throw SinkError(.fatal, "not needed") }
        _ = try scratch.write("CREATE VIEW", to: "two.sql")
        let two = try #require(set.pipelines.first?.run.settings.neighbours.first)
        #expect(two.name == "two")
        #expect(throws: (any Error).self) { try two.loadPlan() }
        #expect(two.planInForce()?.text == set.pipelines.last?.run.plan.text)
    }
}
