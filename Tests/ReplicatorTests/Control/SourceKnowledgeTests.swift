import Rows
import Sinks
import Testing

@testable import BinlogReader
@testable import Replicator

@Suite struct SourceKnowledgeTests {
    private let second: Int64 = 1_000_000
    private let start: Int64 = 1_700_000_000_000_000

    private func log(_ number: Int, _ bytes: UInt64) -> SourceServer.BinaryLog {
        SourceServer.BinaryLog(name: "binlog.00000\(number)", byteCount: bytes)
    }

    private func resume(_ number: Int, _ offset: UInt64, committed: Int64 = 0) -> ResumePosition {
        ResumePosition(
            position: BinlogPosition(file: "binlog.00000\(number)", offset: offset), gtids: "",
            commitMicroseconds: committed)
    }

    @Test func `who has read all is not behind, however long ago the last commit was`() {
        var knowledge = SourceKnowledge()
        knowledge.learn([log(1, 1000)], .init(), time: start)
        let lag = knowledge.lag(of: resume(1, 1000, committed: start - 3600 * second), now: start + second)
        #expect(lag == .init(seconds: 0, byteCount: 0))
    }

    @Test func `after a long idle time lag counts from when all was last seen, not from the last commit`() {
        var knowledge = SourceKnowledge()
        knowledge.learn([log(1, 1000)], .init(), time: start)
        knowledge.learn([log(1, 1000)], .init(), time: start + 10 * second)
        knowledge.learn([log(1, 1200)], .init(), time: start + 12 * second)
        let lag = knowledge.lag(of: resume(1, 1000, committed: start - 3600 * second), now: start + 13 * second)
        #expect(lag == .init(seconds: 3, byteCount: 200))
    }

    @Test func `a backlog counts from the last commit, and its bytes over all files`() {
        var knowledge = SourceKnowledge()
        knowledge.learn([log(1, 1000), log(2, 500), log(3, 70)], .init(), time: start)
        let lag = knowledge.lag(of: resume(1, 400, committed: start - 60 * second), now: start)
        #expect(lag == .init(seconds: 60, byteCount: 1170))
    }

    @Test func `a source that no longer answers is not believed to be idle`() {
        var knowledge = SourceKnowledge()
        knowledge.learn([log(1, 1000)], .init(), time: start)
        knowledge.learn(failure: "gone")
        for (seconds, offset) in [(Int64(1), UInt64(1000)), (100, 1000), (100, 400)] {
            let lag = knowledge.lag(of: resume(1, offset, committed: start), now: start + seconds * second)
            #expect(lag == .init(seconds: Double(seconds), byteCount: nil))
        }
        // Nor one that was not asked for long.
        knowledge.learn([log(1, 1000)], .init(), time: start)
        #expect(knowledge.lag(of: resume(1, 1000), now: start + second) == .init(seconds: 0, byteCount: 0))
        #expect(knowledge.lag(of: resume(1, 1000), now: start + 60 * second) == .init(seconds: 60, byteCount: nil))
        #expect(SourceKnowledge().lag(of: resume(1, 4), now: start) == .init())
    }

    @Test func `a clock that runs behind the source's makes no negative lag`() {
        var knowledge = SourceKnowledge()
        knowledge.learn([log(1, 1000)], .init(), time: start)
        #expect(knowledge.lag(of: resume(1, 10, committed: start + 50 * second), now: start).seconds == 0)
    }

    @Test func `headroom counts from a file's last change, at least from the commit`() {
        var knowledge = SourceKnowledge()
        let keep = LogRetention(seconds: 1000)
        knowledge.learn([log(1, 1000)], keep, time: start)
        #expect(knowledge.headroom(of: resume(1, 10), now: start + second).seconds == 1000)
        knowledge.learn([log(1, 1000), log(2, 10)], keep, time: start + 100 * second)
        #expect(
            knowledge.headroom(of: resume(1, 10, committed: start - 500 * second), now: start + 100 * second).seconds
                == 900)
        #expect(
            knowledge.headroom(of: resume(1, 10, committed: start + 50 * second), now: start + 100 * second).seconds
                == 950)
        #expect(knowledge.headroom(of: resume(1, 10), now: start + 5000 * second).seconds == 0)
        knowledge.learn([log(1, 1000), log(2, 10)], .init(), time: start + 100 * second)
        #expect(knowledge.headroom(of: resume(1, 10), now: start) == .init(isPurged: false))
    }

    @Test func `headroom in bytes is what may be written until the position's file goes`() {
        var knowledge = SourceKnowledge()
        knowledge.learn([log(1, 1000), log(2, 500), log(3, 70)], .init(byteCount: 2000), time: start)
        #expect(knowledge.headroom(of: resume(2, 4), now: start).byteCount == 1430)
        #expect(knowledge.headroom(of: resume(1, 4), now: start).byteCount == 430)
    }

    @Test func `a position whose file is gone is purged; one of a file not known yet is not`() {
        var knowledge = SourceKnowledge()
        knowledge.learn([log(3, 70)], .init(seconds: 5), time: start)
        #expect(knowledge.headroom(of: resume(2, 4), now: start).isPurged == true)
        #expect(knowledge.headroom(of: resume(4, 4), now: start).isPurged == false)
        #expect(SourceKnowledge().headroom(of: resume(2, 4), now: start).isPurged == nil)
        #expect(knowledge.lag(of: resume(4, 4), now: start) == .init(seconds: 0, byteCount: 0))
    }
}

@Suite struct HumanTextTests {
    @Test func `durations have two units at most`() {
        #expect(
            [0, 59.9, 60, 200, 3600, 3660, 86_400, 600_000].map(HumanText.duration) == [
                "0 s", "59 s", "1 min", "3 min 20 s", "1 h", "1 h 1 min", "1 d", "6 d 22 h",
            ])
        #expect(HumanText.duration(.infinity) == "?")
    }

    @Test func `a rate that no counter can be is none`() {
        #expect([1200.4, 0.5, 1e300, -.infinity, .nan, nil].map(HumanText.rate) == ["1,200", "1", "?", "?", "?", "-"])
    }

    @Test func `bytes and counts`() {
        #expect(
            [0, 1023, 1024, 3_565_158].map(HumanText.bytes) == [
                "0 B", "1023 B", "1.0 KiB", "3.3 MiB",
            ])
        #expect([0, 999, 1000, 1_234_567, -1000].map(HumanText.count) == ["0", "999", "1,000", "1,234,567", "-1,000"])
    }
}
