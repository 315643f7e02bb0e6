import Rows
import Sinks
import Synchronization
import Testing

@testable import Replicator

/// What a sink was given: its lanes' last checkpoints, and tables with their lane.
private final class RecordingSink: Sink {
    let checkpoints = Mutex<[Int: LaneCheckpoint]>([:])
    let writes = Mutex<[String]>([])
    let groups = Mutex<[String: String]>([:])

    let label = "recording:"
    let isKeyed = true

    func findings(for tables: [Table]) -> [String] { [] }
    func makeCheckpointStore(pipeline: String) -> (any CheckpointStore)? { nil }
    func makeReader() -> (any TargetReader)? { nil }
    func foreignKeyGroups(of tables: [Table]) -> [String?] {
        groups.withLock { groups in tables.map { groups[$0.name] } }
    }
    func makeWriter(pipeline: String, lane: Int, epoch: UInt64) -> any LaneWriter { Writer(self, lane) }

    private final class Writer: LaneWriter {
        let sink: RecordingSink
        let lane: Int

        init(_ sink: RecordingSink, _ lane: Int) {
            self.sink = sink
            self.lane = lane
        }

        func write(_ batches: [RowBatch], checkpoint: LaneCheckpoint) -> WriteCounts {
            sink.checkpoints.withLock { $0[lane] = checkpoint }
            sink.writes.withLock { writes in
                writes += batches.map { "\($0.table.name) \(lane) \($0.origin.position.offset)" }
            }
            return WriteCounts()
        }
    }
}

@Suite struct FeederTests {
    private let columns = [Column(name: "id", type: .integer(byteCount: 4, unsigned: false), isNullable: false)]

    private func batch(_ table: Table, _ offset: UInt64) -> RowBatch {
        let position = BinlogPosition(file: "binlog.000001", offset: offset)
        var batch = RowBatch(table: table, origin: Origin(position: position, gtid: nil, commitMicroseconds: 0))
        batch.cells = [.int(1)]
        batch.rows = [Row(operation: .insert, before: -1, after: 0, index: 3)]
        return batch
    }

    private func resume(_ offset: UInt64) -> ResumePosition {
        ResumePosition(
            position: BinlogPosition(file: "binlog.000001", offset: offset), gtids: "", commitMicroseconds: 0)
    }

    /// Runs three lanes while `body` feeds them.
    private func feed(
        _ sink: RecordingSink, plan: TargetPlan, from checkpoint: LaneCheckpoint, isInStep: Bool = false,
        _ body: (inout Feeder) throws -> Void
    ) throws -> [(ties: String, place: LaneCheckpoint)] {
        let lanes = (0..<3).map { Lane(index: $0, progress: Progress()) }
        let context = LaneContext(
            sink: sink, pipeline: "p", epoch: 1, stateStore: nil, abort: StopFlag(), log: Log())
        let threads = lanes.map { lane in
            WorkerThread(name: "lane") { try? lane.run(context, from: checkpoint) }
        }
        defer {
            for lane in lanes { lane.queue.close() }
            for thread in threads { _ = thread.join() }
        }
        var stored: [(String, LaneCheckpoint)] = []
        let phase = ClaimedPipeline.Phase(
            plan: plan,
            checkpoint: PipelineCheckpoint(
                keyBy: "table", mapping: plan.text, start: "", lanes: Array(repeating: checkpoint, count: 3)),
            until: isInStep ? BinlogPosition(file: "binlog.000009", offset: 4) : nil, isInStep: isInStep)
        let router = Router(
            plan: plan, lanes: lanes, admit: { _, _ in }, askTies: { try TargetTies(of: $0, in: sink) })
        var feeder = Feeder(router: router, from: phase, abort: context.abort) { plan, place in
            // All lanes are there already, and nothing that was queued is still to come.
            #expect(sink.checkpoints.withLock { Array($0.values) } == [place, place, place])
            stored.append((plan.ties.text, place))
            return true
        }
        try body(&feeder)
        let barrier = feeder.lastBarrier()
        #expect(barrier?.wait(until: { false }) == true)
        return stored
    }

    private func take(_ feeder: inout Feeder, _ batches: [RowBatch], resume: ResumePosition?) throws {
        let isTaken = try feeder.take(batches, resume: resume)
        #expect(isTaken)
    }

    private func plan() throws -> TargetPlan {
        TargetPlan(
            views: [], unmapped: .copy, tables: try TablePatterns("*.*"), lanes: 3, isKeyed: true, sink: "p")
    }

    @Test func `ties that come to light inside a large transaction hold from there on`() throws {
        let sink = RecordingSink()
        let tables = ["a", "b", "c"].map { Table(database: "d", name: $0, columns: columns, primaryKey: [0]) }
        let start = LaneCheckpoint(resume: resume(100), applied: nil)
        let stored = try feed(sink, plan: plan(), from: start) { feeder in
            try take(&feeder, [batch(tables[0], 150), batch(tables[1], 160)], resume: nil)
            // A table that nothing ties changes nothing; the next one comes with a key between two that are known.
            sink.groups.withLock { $0 = ["a": "g", "b": "g"] }
            try take(&feeder, [batch(tables[0], 170)], resume: nil)
            try take(
                &feeder,
                [batch(tables[2], 180), batch(tables[0], 190), batch(tables[1], 200)], resume: resume(300))
        }
        #expect(stored.count == 1)
        #expect(stored.first?.ties == #"[["d","a","g"],["d","b","g"]]"#)
        // In the middle of the transaction: all that was queued of it is applied, whichever lane it was in.
        let applied = ChangeVersion(generation: 0, sequence: 1, offset: 170, row: 3)
        #expect(stored.first?.place == LaneCheckpoint(resume: resume(100), applied: applied))
        let writes = sink.writes.withLock { $0 }.map { $0.split(separator: " ").map(String.init) }
        let lane = { (offset: String) in writes.first { $0[2] == offset }?[1] }
        #expect(lane("150") != lane("160"))
        #expect(lane("150") == lane("170"))
        #expect(lane("190") == lane("200") && lane("190") != nil)
        #expect(
            sink.checkpoints.withLock { Array($0.values) }.allSatisfy { $0.resume == resume(300) && $0.applied == nil })
    }

    @Test func `what all lanes had applied before the run is not queued, nor forgotten`() throws {
        let sink = RecordingSink()
        let tables = ["a", "b"].map { Table(database: "d", name: $0, columns: columns, primaryKey: [0]) }
        let applied = ChangeVersion(generation: 0, sequence: 1, offset: 450, row: 3)
        let start = LaneCheckpoint(resume: resume(100), applied: applied)
        sink.groups.withLock { $0 = ["a": "g", "b": "g"] }
        let stored = try feed(sink, plan: plan(), from: start) { feeder in
            try take(&feeder, [batch(tables[0], 150)], resume: resume(300))
            try take(&feeder, [batch(tables[0], 350), batch(tables[1], 500)], resume: resume(600))
        }
        #expect(stored.map(\.place) == [LaneCheckpoint(resume: resume(300), applied: applied)])
        #expect(sink.writes.withLock { $0 }.map { $0.hasSuffix(" 500") } == [true])
    }

    @Test func `a transaction in parts whose commit has no row left lets barriers follow`() throws {
        let sink = RecordingSink()
        let table = Table(database: "d", name: "a", columns: columns, primaryKey: [0])
        _ = try feed(sink, plan: plan(), from: LaneCheckpoint(resume: resume(100), applied: nil)) { feeder in
            try take(&feeder, [batch(table, 150)], resume: nil)
            #expect(!feeder.isBetweenTransactions)
            feeder.reach(resume(300))
            #expect(feeder.isBetweenTransactions)
        }
        let place = LaneCheckpoint(resume: resume(300), applied: nil)
        #expect(sink.checkpoints.withLock { Array($0.values) } == [place, place, place])
    }

    @Test func `lanes that wait for one another apply in source order`() throws {
        let sink = RecordingSink()
        let tables = ["a", "b"].map { Table(database: "d", name: $0, columns: columns, primaryKey: [0]) }
        let offsets = (0..<40).map { 150 + 10 * UInt64($0) }
        _ = try feed(sink, plan: plan(), from: LaneCheckpoint(resume: resume(100), applied: nil), isInStep: true) {
            feeder in
            let batches = offsets.enumerated().map { batch(tables[$0 % 2], $1) }
            try take(&feeder, batches, resume: resume(900))
        }
        #expect(sink.writes.withLock { $0 }.compactMap { $0.split(separator: " ").last } == offsets.map { "\($0)" })
        #expect(Set(sink.writes.withLock { $0 }.map { $0.split(separator: " ")[1] }).count == 2)
    }
}
