import Foundation
import Rows
import TestSupport
import Testing

@testable import Sinks

/// Writers that are killed at any moment, in processes of their own, and taken up again from the checkpoint.
struct SinkCrashTests {
    /// 40 changes of call number `call`, of few enough rows that inserts, updates, moves and deletes all meet.
    static func changes(of call: UInt64) -> RowBatch {
        var random = SeededRandom(seed: call)
        let table = Table("t", [("id", .int), ("v", .varchar)])
        let changes = (0..<40).map { index -> SampleChange in
            let id = SampleValue.int(Int64.random(in: 0..<50, using: &random))
            let value = SampleValue.bytes(Array("\(call).\(index)".utf8))
            return switch UInt8.random(in: 0..<4, using: &random) {
            case 0: .insert([id, value])
            case 1: .update([id, ""], [.int(Int64.random(in: 0..<50, using: &random)), value])
            case 2: .delete([id, ""])
            default: .update([id, ""], [id, value])
            }
        }
        return RowBatch(table, at: call, changes)
    }

    /// What a table holds after the first `callCount` calls, by id.
    static func expectedRows(after callCount: UInt64) -> [[String?]] { expectedRows(after: 1...callCount) }

    static func expectedRows(after calls: ClosedRange<UInt64>) -> [[String?]] {
        var rows: [Int64: String] = [:]
        for call in calls {
            let batch = changes(of: call)
            func read(_ image: Int32) -> (Int64, String) {
                guard case .int(let id) = batch.cell(0, at: image), let text = batch.bytes(of: batch.cell(1, at: image))
                else { return (-1, "") }
                return (id, String(decoding: text.withUnsafeBufferPointer { Array($0) }, as: UTF8.self))
            }
            for row in batch.rows {
                if row.before >= 0 { rows[read(row.before).0] = nil }
                if row.after >= 0 {
                    let (id, value) = read(row.after)
                    rows[id] = value
                }
            }
        }
        return rows.map { [String($0.key), $0.value] }.sorted { "\($0)" < "\($1)" }
    }

    static func lane(_ call: UInt64) -> LaneCheckpoint {
        LaneCheckpoint(
            resume: ResumePosition(
                position: BinlogPosition(file: "binlog.000001", offset: call), gtids: "", commitMicroseconds: 0),
            applied: nil)
    }

    /// Takes the pipeline over and makes calls from where it is up to `lastCall`.
    static func work(url: String, options: [String: String], lastCall: UInt64) throws {
        var options = SinkOptions(options)
        let sink = try SinkFactory.makeSink(url: url, options: &options, baseDirectory: "/")
        guard let store = try sink.makeCheckpointStore(pipeline: "crash") else { return }
        let (epoch, stored) = try store.claim()
        let checkpoint = stored ?? PipelineCheckpoint(keyBy: "", mapping: "", start: "", lanes: [lane(0)])
        try store.replace(with: checkpoint, epoch: epoch)
        let writer = try sink.makeWriter(pipeline: "crash", lane: 0, epoch: epoch)
        var call = checkpoint.lanes[0].resume.position.offset
        while call < lastCall {
            call += 1
            _ = try writer.write([changes(of: call)], checkpoint: lane(call))
        }
    }

    /// Has the process killed in the middle of what it does next.
    static func killSoon(afterMicroseconds delay: UInt32) {
        let killer = Thread {
            usleep(delay)
            kill(getpid(), SIGKILL)
        }
        killer.start()
    }

    static func storedCall(url: String, options: [String: String]) throws -> UInt64 {
        var options = SinkOptions(options)
        let sink = try SinkFactory.makeSink(url: url, options: &options, baseDirectory: "/")
        let checkpoint = try sink.makeCheckpointStore(pipeline: "crash")?.read()
        return checkpoint?.lanes.first?.resume.position.offset ?? 0
    }

    static func rows(url: String, options: [String: String]) throws -> [[String?]] {
        var options = SinkOptions(options)
        let sink = try SinkFactory.makeSink(url: url, options: &options, baseDirectory: "/")
        var rows: [[String?]] = []
        try sink.makeReader()?.readRows(of: Table("t", [("id", .int), ("v", .varchar)])) { row in
            rows.append(row.map { $0.map { String(decoding: $0, as: UTF8.self) } })
        }
        return rows.sorted { "\($0)" < "\($1)" }
    }

    @Test func `kill -9 of a writer of SQLite applies every change exactly once`() async throws {
        let folder = try ScratchFolder()
        let path = folder.file("target.db")
        // The triggers log each statement that touches a row; what a change does is told by its value.
        try SQLiteConnection(path: path, access: .create).execute(
            """
            CREATE TABLE t (id INTEGER PRIMARY KEY, v TEXT);
            CREATE TABLE log (v TEXT);
            CREATE TRIGGER i AFTER INSERT ON t BEGIN INSERT INTO log VALUES (new.v); END;
            CREATE TRIGGER u AFTER UPDATE ON t BEGIN INSERT INTO log VALUES (new.v); END
            """)
        let url = "sqlite:\(path)"
        var random = SeededRandom("kill SQLite writer")
        for round in 0..<40 {
            // On a busy machine it may take a while until one lives long enough for a call.
            if round >= 8, try Self.storedCall(url: url, options: ["triggers": "allow"]) > 0 { break }
            let delay = UInt32.random(in: 5_000...150_000, using: &random) + UInt32(round) * 5_000
            await #expect(processExitsWith: .signal(SIGKILL)) { [url = url as String, delay = delay as UInt32] in
                SinkCrashTests.killSoon(afterMicroseconds: delay)
                try SinkCrashTests.work(url: url, options: ["triggers": "allow"], lastCall: .max)
            }
            let call = try Self.storedCall(url: url, options: ["triggers": "allow"])
            if call > 0 { #expect(try Self.rows(url: url, options: [:]) == Self.expectedRows(after: call)) }
        }
        let call = try Self.storedCall(url: url, options: ["triggers": "allow"])
        #expect(call > 0)
        var logged: [String] = []
        let connection = try SQLiteConnection(path: path, access: .read)
        try connection.query("SELECT v FROM log ORDER BY rowid") { logged.append($0.text(0)) }
        let expected = (1...call).flatMap { call in
            Self.changes(of: call).rows.filter { $0.after >= 0 }.map { "\(call).\($0.index)" }
        }
        #expect(logged == expected)
    }

    @Test(arguments: ["hash", "string"])
    func `kill -9 of a writer of Redis ends equal to the source`(format: String) async throws {
        let server = try RedisServer()
        let url = server.url
        var random = SeededRandom("kill Redis writer")
        for round in 0..<40 {
            if round >= 4, try Self.storedCall(url: url, options: [:]) > 0 { break }
            let delay = UInt32.random(in: 5_000...150_000, using: &random) + UInt32(round) * 5_000
            await #expect(processExitsWith: .signal(SIGKILL)) {
                [url = url as String, delay = delay as UInt32, format = format as String] in
                SinkCrashTests.killSoon(afterMicroseconds: delay)
                try SinkCrashTests.work(url: url, options: ["format": format], lastCall: .max)
            }
        }
        let last = try Self.storedCall(url: url, options: [:]) + 20
        #expect(last > 20)
        try Self.work(url: url, options: ["format": format], lastCall: last)
        #expect(try Self.rows(url: url, options: ["format": format]) == Self.expectedRows(after: last))
    }
}
