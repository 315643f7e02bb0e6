import Rows
import Sinks
import Synchronization
import TestSupport
import Testing

@testable import Replicator

/// A sink that cannot say whether it takes a table until the pipeline is asked to stop, and takes rows all the time.
private final class HesitantSink: Sink {
    let answers = StopFlag()
    let questions = Mutex(0)
    let rows = Mutex(0)

    let label = "hesitant:"
    let isKeyed = true

    func findings(for tables: [Table]) throws(SinkError) -> [String] {
        if tables.isEmpty || answers.isSet { return [] }
        questions.withLock { $0 += 1 }
        throw SinkError(.retriable, "not now")
    }

    func makeCheckpointStore(pipeline: String) -> (any CheckpointStore)? { MemoryStore() }
    func makeReader() -> (any TargetReader)? { nil }
    func makeWriter(pipeline: String, lane: Int, epoch: UInt64) -> any LaneWriter { Writer(self) }

    private final class Writer: LaneWriter {
        let sink: HesitantSink

        init(_ sink: HesitantSink) {
            self.sink = sink
        }

        func write(_ batches: [RowBatch], checkpoint: LaneCheckpoint) -> WriteCounts {
            sink.rows.withLock { rows in rows += batches.reduce(0) { $0 + $1.rows.count } }
            return WriteCounts()
        }
    }

    private final class MemoryStore: CheckpointStore {
        private var checkpoint: PipelineCheckpoint?

        func read() -> PipelineCheckpoint? { checkpoint }
        func claim() -> (epoch: UInt64, checkpoint: PipelineCheckpoint?) { (1, checkpoint) }
        func replace(with checkpoint: PipelineCheckpoint, epoch: UInt64) { self.checkpoint = checkpoint }
        func store(_ checkpoint: LaneCheckpoint, lane: Int, epoch: UInt64) {}
    }
}

@Suite struct StopWhileAskingTests {
    @Test func `rows of a table that the sink was not asked about are not written when the pipeline stops`() throws {
        let fixture = try LanesFixture(source: "CREATE TABLE a (id INT PRIMARY KEY)", target: "")
        try fixture.server.execute("INSERT INTO a VALUES (1), (2)", database: "shop")
        try fixture.server.stop()
        let sink = HesitantSink()
        let plan = TargetPlan(
            views: [], unmapped: .copy, tables: try TablePatterns("shop.*"), lanes: 1, isKeyed: true, sink: "p")
        let pipeline = Pipeline(
            name: "p", plan: plan, sink: sink,
            source: FilePipelineSource(path: fixture.server.dataDirectory),
            settings: Pipeline.Settings(
                start: StartRequest(start: .earliest, text: "earliest", resetsCheckpoint: false), until: nil,
                keyBy: "table", lanes: 1, transactionByteCount: 64 << 20, ignoresCascades: false,
                openStateStore: { _ throws(SinkError) in throw SinkError(.fatal, "not needed") }),
            log: Log())
        let thread = pipeline.start()
        try waitUntil { sink.questions.withLock { $0 } > 0 || pipeline.currentState.isEnd }
        pipeline.stop()
        sink.answers.set()
        #expect(thread.join(within: 30))
        #expect(pipeline.currentState == .stopped)
        #expect(sink.questions.withLock { $0 } > 0)
        #expect(sink.rows.withLock { $0 } == 0)
    }
}
