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

    @Test(arguments: [
        "applied_sequence = 'x'", "applied_generation = 4294967296", "applied_row = -1", "applied_offset = NULL",
        "applied_generation = NULL", "resume_offset = 1.5", "resume_commit_us = x''", "resume_file = x'00'",
    ])
    func `a row that others changed is refused, and can be replaced`(change: String) throws {
        let connection = try SQLiteConnection(path: folder.file("state.db"), access: .create)
        let store = SQLiteCheckpointStore(connection: connection, pipeline: "p")
        let (epoch, _) = try store.claim()
        let version = ChangeVersion(generation: 0, sequence: 3, offset: 5, row: 1)
        try store.replace(with: checkpoint([lane(4, applied: version)]), epoch: epoch)
        try connection.execute("UPDATE replicator_checkpoint SET \(change)")
        let error = #expect(throws: SinkError.self) { try store.read() }
        #expect(error?.disposition == .fatal)
        #expect(error?.message.contains("replicator_checkpoint has 0 of the 1 rows") == true, "\(error?.message ?? "")")
        let (next, stored) = try store.claim()
        #expect(stored == nil)
        try store.replace(with: checkpoint([lane(4)]), epoch: next)
        #expect(try store.read() == checkpoint([lane(4)]))
    }
}
