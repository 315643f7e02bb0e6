import Rows
import Sinks
import Synchronization
import TestSupport
import Testing

@testable import BinlogReader
@testable import Replicator

/// A source whose log has named transactions, 100 bytes each.
private struct NamedSource: PipelineSource {
    let gtids: [String]
    var server = "other"

    func position(of index: Int) -> BinlogPosition {
        BinlogPosition(file: "other.000007", offset: 100 + 100 * UInt64(index))
    }

    func place(of resume: ResumePosition, having gtid: String?) -> ResumePosition {
        let read = GTIDBound(resume.gtids)
        let index = gtids.firstIndex { !read.contains($0) } ?? gtids.count
        return ResumePosition(position: position(of: index), gtids: resume.gtids, commitMicroseconds: 0)
    }

    let label = "named:"
    func logIdentity() -> String? { server }
    var fresh: any PipelineSource { self }

    func findings() -> [String] { [] }
    func notices() -> [String] { [] }
    func inspectTables(where selects: (_ database: String, _ table: String) -> Bool) -> TableInspection { .init() }
    func sample(_ tables: [Table], limit: Int, _ body: (RowBatch) throws -> Void) {}
    func resolve(_ start: StartPosition, say: (String) -> Void) -> ResumePosition {
        ResumePosition(position: position(of: gtids.count), gtids: "", commitMicroseconds: 0)
    }
    func now() -> Int64 { TimePoint.now }
    func check(_ resume: ResumePosition, of server: String?) {}
    func open(from resume: ResumePosition, of server: String?, _ options: ReaderOptions) throws -> OpenSource {
        throw PlanError("unasked")
    }
    func stop() {}
    func goesOn(after error: any Error) -> Bool { false }
}

/// Has a checkpoint, and is where a process may be killed as it replaces it.
private final class MovingStore: CheckpointStore, Sendable {
    private let stored: PipelineCheckpoint
    let isKilled = Mutex(true)
    /// Someone deletes the checkpoint after it was read.
    let isLost = Mutex(false)

    init(_ stored: PipelineCheckpoint) {
        self.stored = stored
    }

    func read() -> PipelineCheckpoint? { stored }
    func claim() -> (epoch: UInt64, checkpoint: PipelineCheckpoint?) { (1, isLost.withLock { $0 } ? nil : stored) }
    func replace(with checkpoint: PipelineCheckpoint, epoch: UInt64) throws(SinkError) {
        if isKilled.withLock({ $0 }) { throw SinkError(.fatal, "killed here") }
    }
    func store(_ checkpoint: LaneCheckpoint, lane: Int, epoch: UInt64) {}
}

/// Lanes that stood at different places, in the log of another server.
@Suite struct MovedLanesTests {
    private static let uuid = "00000000-0000-0000-0000-00000000000"
    private static let old = "\(uuid)a"
    private static let errant = "\(uuid)b:1"

    private let plan: TargetPlan

    init() throws {
        plan = TargetPlan(
            views: [], unmapped: .copy, tables: try TablePatterns("shop.*"), lanes: 2, isKeyed: true, sink: "p")
    }

    private func lane(
        _ offset: UInt64, _ gtids: String, applied: UInt64? = nil, _ appliedGTIDs: String? = nil
    ) -> LaneCheckpoint {
        LaneCheckpoint(
            resume: ResumePosition(
                position: BinlogPosition(file: "binlog.000001", offset: offset), gtids: gtids, commitMicroseconds: 0),
            applied: applied.map { ChangeVersion(generation: 0, sequence: 1, offset: $0, row: 0) },
            appliedGTIDs: appliedGTIDs)
    }

    /// The checkpoint of `lanes` in the log that has `gtids`.
    private func move(_ lanes: [LaneCheckpoint], to gtids: [String]) throws -> PipelineCheckpoint {
        var stored = PipelineCheckpoint(keyBy: "table", mapping: plan.text, start: "", lanes: lanes)
        stored.server = "old"
        var options = SinkOptions([:])
        let pipeline = Pipeline(
            name: "p", plan: plan,
            sink: try SinkFactory.makeSink(url: "redis://127.0.0.1:1", options: &options, baseDirectory: "."),
            source: NamedSource(gtids: gtids),
            settings: Pipeline.Settings(
                start: StartRequest(start: nil, text: "", resetsCheckpoint: false), until: nil, keyBy: "table",
                lanes: 2, transactionByteCount: 64 << 20, ignoresCascades: false,
                openStateStore: { _ throws(SinkError) in throw SinkError(.fatal, "not needed") }),
            log: Log())
        return try PipelineStart(pipeline).moved(stored, to: "new")
    }

    /// The transactions of the log that has `gtids` which come out of reading on from `checkpoint`, to some lane.
    private func read(_ checkpoint: PipelineCheckpoint, in gtids: [String]) throws -> [String] {
        let source = NamedSource(gtids: gtids)
        let resume = ClaimedPipeline.Phase(plan: plan, checkpoint: checkpoint).resume
        var assembler = TransactionAssembler(resume: resume, maximumByteCount: 1 << 20)
        var read: [String] = []
        for (index, gtid) in gtids.enumerated() where !source.position(of: index).isBefore(resume.position) {
            let start = TransactionStart(position: source.position(of: index), gtid: gtid, headerMicroseconds: 0)
            _ = try assembler.add(.begin(start))
            let table = Table(database: "shop", name: "t", columns: [], primaryKey: [])
            var batch = RowBatch(
                table: table,
                origin: Origin(position: source.position(of: index), gtid: gtid, commitMicroseconds: 0))
            batch.rows = [Row(operation: .insert, before: -1, after: 0, index: 0)]
            _ = try assembler.add(.rows(batch))
            let end = TransactionEnd(next: source.position(of: index + 1), commitMicroseconds: 0)
            if case .rows = try assembler.add(.commit(end)) { read.append(gtid) }
        }
        return read
    }

    @Test func `what one lane lacks comes also where a transaction that only the other log has comes first`() throws {
        let log = [Self.errant, "\(Self.old):11", "\(Self.old):12"]
        let lanes = [
            lane(400, "\(Self.old):1-10", applied: 600, "\(Self.old):1-12"), lane(400, "\(Self.old):1-10"),
        ]
        for lanes in [lanes, lanes.reversed()] {
            let moved = try move(lanes, to: log)
            #expect(Set(moved.lanes.map(\.resume.position.offset)) == [100])
            #expect(try read(moved, in: log) == log)
        }
    }

    @Test func `so it does where the lane that lacks it has come behind that one, and the other has not`() throws {
        let log = [Self.errant, "\(Self.old):11", "\(Self.old):12"]
        var moved = try move(
            [lane(600, "\(Self.old):1-12"), lane(400, "\(Self.old):1-10")], to: log)
        moved.lanes[1].resume.position.offset = 200
        moved.lanes[1].resume.gtids = "\(Self.old):1-10,\(Self.errant)"
        #expect(try read(moved, in: log) == log)
    }

    @Test func `what all lanes have is not read again`() throws {
        let log = (9...13).map { "\(Self.old):\($0)" }
        let lanes = [lane(400, "\(Self.old):1-10"), lane(400, "\(Self.old):1-10", applied: 600, "\(Self.old):1-12")]
        let moved = try move(lanes, to: log)
        #expect(moved.lanes.map(\.resume.position.offset) == [300, 500])
        #expect(try read(moved, in: log) == Array(log[2...]))
    }

    @Test func `a resume position that has come further than the GTIDs of the last change applied is kept`() throws {
        let log = (9...13).map { "\(Self.old):\($0)" }
        let lanes = [
            lane(500, "\(Self.old):1-12", applied: 600, "\(Self.old):1-10"), lane(500, "\(Self.old):1-12"),
        ]
        let moved = try move(lanes, to: log)
        #expect(moved.lanes.map(\.resume.position.offset) == [500, 500])
        #expect(moved.lanes.allSatisfy { $0.resume.gtids == "\(Self.old):1-12" })
    }

    @Test func `what is prepared in the last log stays until the checkpoint names the other one`() throws {
        let folder = try ScratchFolder()
        let old = try PreparedTransactions(folder: folder.path, log: "old")
        try old.keep(
            old.begin("X'61',X'',1", at: BinlogPosition(file: "binlog.000001", offset: 4), microseconds: 1))
        var stored = PipelineCheckpoint(
            keyBy: "table", mapping: plan.text, start: "", lanes: [lane(400, "\(Self.old):1-10")])
        stored.server = "old"
        let store = MovingStore(stored)
        var options = SinkOptions([:])
        let pipeline = Pipeline(
            name: "p", plan: plan,
            sink: try SinkFactory.makeSink(url: "stdout:", options: &options, baseDirectory: "."),
            source: NamedSource(gtids: ["\(Self.old):11"]),
            settings: Pipeline.Settings(
                start: StartRequest(start: nil, text: "", resetsCheckpoint: false), until: nil, keyBy: "table",
                lanes: 2, transactionByteCount: 64 << 20, ignoresCascades: false, openStateStore: { _ in store },
                preparedFolder: folder.path),
            log: Log())
        #expect(throws: SinkError.self) { try PipelineStart(pipeline).claim() }
        // The old server is back: what it commits is known.
        #expect(try WaitingTransactions(in: folder.path, log: "old")?.oldest.offset == 4)
        // A checkpoint that is deleted between a look at it and the claim is no end of the log.
        store.isLost.withLock { $0 = true }
        let lost = #expect(throws: PlanError.self) { try PipelineStart(pipeline).claim() }
        #expect(lost.map { "\($0)".contains("its checkpoint is gone") } == true, "\(lost.map { "\($0)" } ?? "")")
        store.isLost.withLock { $0 = false }
        store.isKilled.withLock { $0 = false }
        _ = try PipelineStart(pipeline).claim()
        #expect(try WaitingTransactions(in: folder.path, log: "old") == nil)
    }

    @Test func `a GTID of another server in a domain does not end the search for the last one applied`() {
        let isRepeated = GTIDPosition.repeats(of: "0-1-12,1-1-5", before: "0-1-10,1-1-5")
        let log = ["0-1-11", "0-2-13", "0-1-12", "0-1-13", "0-2-9", "1-1-6"]
        #expect(log.map(isRepeated) == [true, false, true, false, false, false])
    }

    @Test func `where the last server's log ended ends no later run in another's`() throws {
        let gtids = (1...9).map { "\(Self.old):\($0)" }
        let (short, long) = (NamedSource(gtids: [gtids[0]], server: "old"), NamedSource(gtids: gtids))
        let place = ResumePosition(position: short.position(of: 5), gtids: "", commitMicroseconds: 0)
        let until = try StopRequest("-1h")
        #expect(try until.point(of: short).isReached(by: place))
        #expect(try !until.point(of: long).isReached(by: place))
        for text in ["latest", "earliest", "other.000007:4"] {
            let until = try StopRequest(text)
            #expect(try until.point(of: short) == until.point(of: short))
            #expect(throws: PlanError.self) { try until.point(of: long) }
        }
        // Whose log a place is in, only the checkpoint knows.
        let given = try StopRequest("other.000007:4")
        #expect(throws: PlanError.self) { try given.point(of: long, given: "old") }
        #expect(try given.point(of: short, given: "old").log == "old")
    }

    @Test(arguments: [
        ("0-1-9,1-1-5", "0-1-7,1-1-5", "0-1-7,1-1-5"), ("0-1-9", "1-2-1", ""), ("0-1-9", "0-1-12,1-2-1", "0-1-9"),
        ("", "0-1-9", ""), ("0-1-9", "", ""), ("0-1-100", "0-2-5", "0-1-100"),
    ])
    func `of MariaDB's domains the earlier GTID is what both have`(gtids: String, others: String, common: String) {
        #expect(GTIDBound.common(gtids, others) == common)
    }
}
