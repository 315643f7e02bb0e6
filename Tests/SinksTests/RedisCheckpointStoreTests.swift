import Rows
import TestSupport
import Testing

@testable import Sinks

struct RedisCheckpointStoreTests {
    private let settings: RedisSettings
    private let pipeline = "p\(UInt64.random(in: 0...UInt64.max))"

    init() throws {
        var options = SinkOptions([:])
        settings = try RedisSettings(
            url: "//127.0.0.1:\(RedisServer.shared().port)", options: &options, baseDirectory: "/")
    }

    private func store(_ suffix: String = "") -> RedisCheckpointStore {
        RedisCheckpointStore(settings, pipeline: pipeline + suffix)
    }

    private func lane(_ offset: UInt64, applied: ChangeVersion? = nil) -> LaneCheckpoint {
        LaneCheckpoint(
            resume: ResumePosition(
                position: BinlogPosition(file: "bin log.000003", offset: offset), gtids: "0-1-\(offset),\n1-1-1",
                commitMicroseconds: -1),
            applied: applied)
    }

    private func checkpoint(_ lanes: [LaneCheckpoint]) -> PipelineCheckpoint {
        PipelineCheckpoint(keyBy: "table", mapping: "CREATE VIEW é\n", start: "earliest", lanes: lanes)
    }

    @Test func `what is replaced and stored is read again`() throws {
        let version = ChangeVersion(generation: .max, sequence: .max, offset: .max, row: .max)
        let first = store()
        #expect(try first.read() == nil)
        let (epoch, before) = try first.claim()
        #expect(epoch == 1)
        #expect(before == nil)
        #expect(try first.read() == nil)
        let many = (0..<300).map { _ in lane(4) }
        try first.replace(with: checkpoint(many), epoch: epoch)
        #expect(try store().read() == checkpoint(many))
        try first.replace(with: checkpoint([lane(4), lane(.max, applied: version)]), epoch: epoch)
        try first.store(lane(100, applied: version), lane: 0, epoch: epoch)
        #expect(try store().read() == checkpoint([lane(100, applied: version), lane(.max, applied: version)]))
        #expect(try store("other").read() == nil)
        try first.store(lane(200), lane: 0, epoch: epoch)
        #expect(try store().read()?.lanes[0] == lane(200))
    }

    @Test func `an older epoch is fenced and changes nothing`() throws {
        let old = store()
        #expect(try old.epoch() == nil)
        #expect(try old.claim().epoch == 1)
        #expect(try old.claim().epoch == 2)
        #expect(try store().epoch() == 2)
        try old.replace(with: checkpoint([lane(4)]), epoch: 2)
        let (epoch, stored) = try store().claim()
        #expect(epoch == 3)
        #expect(stored == checkpoint([lane(4)]))
        for attempt in [
            { try old.replace(with: checkpoint([lane(9)]), epoch: 2) }, { try old.store(lane(9), lane: 0, epoch: 2) },
            { try old.store(lane(9), lane: 1, epoch: 3) },
        ] {
            let error = #expect(throws: SinkError.self) { try attempt() }
            #expect(error?.disposition == .fenced)
        }
        #expect(try old.read() == checkpoint([lane(4)]))
    }

    @Test func `a hash that others changed is refused`() throws {
        let store = store()
        let (epoch, _) = try store.claim()
        try store.replace(with: checkpoint([lane(4)]), epoch: epoch)
        let key = "replicator:checkpoint:\(pipeline)"
        try RedisServer.shared().command("HSET", key, "0:offset", "x")
        let error = #expect(throws: SinkError.self) { try store.read() }
        #expect(error?.disposition == .fatal)
        #expect(error?.message.contains(key) == true)
    }
}
