import Rows
import Sinks
import Synchronization
import TestSupport
import Testing

@testable import Replicator

/// A sink that loses its connection when the first checkpoint is to be written, and then has it again.
private final class StumblingSink: Sink {
    let failures = Mutex(0)
    let store = Mutex<PipelineCheckpoint?>(nil)

    let label = "stumbling:"
    let isKeyed = true

    func findings(for tables: [Table]) -> [String] { [] }
    func makeCheckpointStore(pipeline: String) -> (any CheckpointStore)? { Store(self) }
    func makeReader() -> (any TargetReader)? { nil }
    func makeWriter(pipeline: String, lane: Int, epoch: UInt64) -> any LaneWriter { Writer() }

    private final class Writer: LaneWriter {
        func write(_ batches: [RowBatch], checkpoint: LaneCheckpoint) -> WriteCounts { WriteCounts() }
    }

    private final class Store: CheckpointStore {
        let sink: StumblingSink

        init(_ sink: StumblingSink) {
            self.sink = sink
        }

        func read() -> PipelineCheckpoint? { sink.store.withLock { $0 } }
        func claim() -> (epoch: UInt64, checkpoint: PipelineCheckpoint?) { (1, read()) }
        func store(_ checkpoint: LaneCheckpoint, lane: Int, epoch: UInt64) {}

        func replace(with checkpoint: PipelineCheckpoint, epoch: UInt64) throws(SinkError) {
            let isFirst = sink.failures.withLock { count in
                count += 1
                return count == 1
            }
            if isFirst { throw SinkError(.retriable, "connection lost") }
            sink.store.withLock { $0 = checkpoint }
        }
    }
}

@Suite struct FirstStartTests {
    @Test func `a first start that is tried again is not taken for a checkpoint that was lost`() throws {
        let fixture = try LanesFixture(source: "CREATE TABLE a (id INT PRIMARY KEY)", target: "")
        try fixture.server.stop()
        let sink = StumblingSink()
        let scratch = try ScratchFolder()
        let plan = TargetPlan(
            views: [], unmapped: .copy, tables: try TablePatterns("shop.*"), lanes: 1, isKeyed: true, sink: "p")
        let begun = BegunPipelines(path: scratch.file("state"))
        let pipeline = Pipeline(
            name: "p", plan: plan, sink: sink,
            source: FilePipelineSource(path: fixture.server.dataDirectory),
            settings: Pipeline.Settings(
                start: StartRequest(start: .latest, text: "latest", resetsCheckpoint: false), until: nil,
                keyBy: "table", lanes: 1, transactionByteCount: 64 << 20, ignoresCascades: false,
                openStateStore: { _ throws(SinkError) in throw SinkError(.fatal, "not needed") }, begun: begun),
            log: Log())
        let thread = pipeline.start()
        try waitUntil { pipeline.currentState == .running || pipeline.currentState.isEnd }
        pipeline.stop()
        #expect(thread.join(within: 30))
        if case .failed(let message) = pipeline.currentState { Issue.record("\(message)") }
        #expect(sink.failures.withLock { $0 } == 2)
        #expect(sink.store.withLock { $0 } != nil)
        #expect(try begun.target(of: "p") == sink.label)
    }
}
