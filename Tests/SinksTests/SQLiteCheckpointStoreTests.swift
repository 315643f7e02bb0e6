import Rows
import TestSupport
import Testing

@testable import Sinks

struct SQLiteCheckpointStoreTests {
    let folder: ScratchFolder

    init() throws {
        folder = try ScratchFolder()
    }

    private func store(_ pipeline: String = "p") throws -> SQLiteCheckpointStore {
        let connection = try SQLiteConnection(path: folder.file("state.db"), access: .create)
        return SQLiteCheckpointStore(connection: connection, pipeline: pipeline)
    }

    private func lane(_ offset: UInt64, applied: ChangeVersion? = nil) -> LaneCheckpoint {
        LaneCheckpoint(
            resume: ResumePosition(
                position: BinlogPosition(file: "binlog.000003", offset: offset), gtids: "0-1-\(offset)",
                commitMicroseconds: -1),
            applied: applied)
    }

    private func checkpoint(_ lanes: [LaneCheckpoint]) -> PipelineCheckpoint {
        PipelineCheckpoint(keyBy: "table", mapping: "abc", start: "earliest", lanes: lanes)
    }

    @Test func `reading nothing makes nothing`() throws {
        #expect(try store().read() == nil)
        #expect(try store().read() == nil)
    }

    @Test func `what is replaced and stored is read again`() throws {
        let version = ChangeVersion(generation: .max, sequence: .max, offset: .max, row: .max)
        let first = try store()
        let (epoch, before) = try first.claim()
        #expect(before == nil)
        #expect(try first.read() == nil)
        try first.replace(with: checkpoint([lane(4), lane(4), lane(.max, applied: version)]), epoch: epoch)
        try first.store(lane(100, applied: version), lane: 1, epoch: epoch)
        let expected = checkpoint([lane(4), lane(100, applied: version), lane(.max, applied: version)])
        #expect(try store().read() == expected)
        #expect(try store("other").read() == nil)
        // Fewer lanes leave no row of the others behind.
        try first.replace(with: checkpoint([lane(200)]), epoch: epoch)
        #expect(try store().read() == checkpoint([lane(200)]))
    }

    @Test func `a claim raises the epoch also where nothing is stored yet`() throws {
        #expect(try store().epoch() == nil)
        #expect(try store().claim().epoch == 1)
        #expect(try store().claim().epoch == 2)
        #expect(try store().epoch() == 2)
        let (epoch, _) = try store().claim()
        #expect(epoch == 3)
        try store().replace(with: checkpoint([lane(4)]), epoch: 3)
        let (next, stored) = try store().claim()
        #expect(next == 4)
        #expect(stored == checkpoint([lane(4)]))
        #expect(try store("other").claim().epoch == 1)
    }

    @Test func `an older epoch is fenced and changes nothing`() throws {
        let old = try store()
        let (epoch, _) = try old.claim()
        try old.replace(with: checkpoint([lane(4)]), epoch: epoch)
        _ = try store().claim()
        let replaced = #expect(throws: SinkError.self) {
            try old.replace(with: checkpoint([lane(9)]), epoch: epoch)
        }
        #expect(replaced?.disposition == .fenced)
        let stored = #expect(throws: SinkError.self) { try old.store(lane(9), lane: 0, epoch: epoch) }
        #expect(stored?.disposition == .fenced)
        #expect(try old.read() == checkpoint([lane(4)]))
    }
}
