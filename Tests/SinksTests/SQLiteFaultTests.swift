import Foundation
import Rows
import TestSupport
import Testing

@testable import Sinks

/// What the file system does to a writer.
struct SQLiteFaultTests {
    private static let table = Table("t", [("id", .int), ("v", .varchar)])

    private static func rows(_ range: Range<Int>) -> RowBatch {
        let text = [UInt8](repeating: 0x78, count: 500)
        return RowBatch(table, range.map { .insert([.int(Int64($0)), .bytes(text)]) })
    }

    /// A file system of a megabyte; nil where this user may not mount one.
    private final class SmallFileSystem {
        let folder: ScratchFolder

        init?() throws {
            folder = try ScratchFolder()
            guard mount("tmpfs", folder.path, "tmpfs", 0, "size=1m") == 0 else { return nil }
        }

        deinit {
            umount2(folder.path, Int32(MNT_DETACH))
        }
    }

    @Test func `a full disk is retriable, half-applies nothing, and is written on when there is space`() throws {
        guard let disk = try SmallFileSystem() else { try Test.cancel("this user may not mount a file system") }
        let fixture = try SQLiteSinkFixture("CREATE TABLE t (id INTEGER PRIMARY KEY, v TEXT)", folder: disk.folder)
        let writer = try fixture.makeWriter()
        try fixture.write(Self.rows(0..<10), to: writer)
        let filler = disk.folder.file("filler")
        try Data(count: 700_000).write(to: URL(fileURLWithPath: filler))
        let before = try fixture.storedCheckpoint()
        for _ in 0..<3 {
            let error = #expect(throws: SinkError.self) { try fixture.write(Self.rows(10..<2000), to: writer) }
            #expect(error?.disposition == .retriable)
            #expect(error?.message.contains("no space left for it") == true, "\(error?.message ?? "")")
            #expect(error?.message.contains(fixture.path) == true)
        }
        #expect(try fixture.storedCheckpoint() == before)
        #expect(try fixture.rows(of: Self.table).count == 10)
        try FileManager.default.removeItem(atPath: filler)
        try fixture.write(Self.rows(10..<500), to: writer)
        #expect(try fixture.rows(of: Self.table).count == 500)
    }

    @Test func `a file that may not grow is retriable and half-applies nothing`() async throws {
        let fixture = try SQLiteSinkFixture("CREATE TABLE t (id INTEGER PRIMARY KEY, v TEXT)")
        try fixture.write(Self.rows(0..<10))
        await #expect(processExitsWith: .success) { [path = fixture.path as String, epoch = fixture.epoch as UInt64] in
            // The limit stands in for a quota: writes beyond it fail.
            signal(SIGXFSZ, SIG_IGN)
            var limit = rlimit(rlim_cur: 200_000, rlim_max: 200_000)
            #expect(setrlimit(__rlimit_resource_t(RLIMIT_FSIZE.rawValue), &limit) == 0)
            let writer = try SQLiteLaneWriter(
                path: path, settings: SQLiteSettings(), pipeline: "p", lane: 0, epoch: epoch)
            let resume = ResumePosition(
                position: BinlogPosition(file: "b.1", offset: 9), gtids: "", commitMicroseconds: 0)
            let error = #expect(throws: SinkError.self) {
                try writer.write(
                    [SQLiteFaultTests.rows(10..<2000)], checkpoint: LaneCheckpoint(resume: resume, applied: nil))
            }
            #expect(error?.disposition == .retriable)
        }
        #expect(try fixture.rows(of: Self.table).count == 10)
        #expect(try fixture.storedCheckpoint() == fixture.checkpoint(101))
    }
}
