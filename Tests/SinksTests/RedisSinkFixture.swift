import Rows
import Synchronization
import TestSupport
import Testing

@testable import Sinks

/// A pipeline of one lane that writes to keys of its own in a Redis.
final class RedisSinkFixture {
    let server: RedisServer
    let session: RedisSession
    let sink: any Sink
    let settings: RedisSettings
    let pipeline: String
    /// What all keys of the fixture begin with.
    let prefix: String
    private(set) var epoch: UInt64 = 0
    private var offset: UInt64 = 100
    private static let fixtureCount = Atomic<Int>(0)

    init(
        _ server: RedisServer? = nil, key: String = "{table}:{id}", options: [String: String] = [:]
    ) throws {
        self.server = try server ?? RedisServer.shared()
        session = try RedisSession(port: self.server.port)
        let number = Self.fixtureCount.wrappingAdd(1, ordering: .relaxed).newValue
        prefix = "f\(number).\(UInt32.random(in: 0...UInt32.max)):"
        pipeline = prefix
        var all = options
        all["key"] = prefix + key
        var remaining = SinkOptions(all)
        settings = try RedisSettings(
            url: "//127.0.0.1:\(self.server.port)", options: &remaining, baseDirectory: "/")
        var again = SinkOptions(all)
        sink = try SinkFactory.makeSink(url: self.server.url, options: &again, baseDirectory: "/")
        #expect(again.remaining.isEmpty)
        try claim()
    }

    /// Takes the pipeline over, and gives it a first checkpoint.
    func claim() throws {
        let store = try #require(try sink.makeCheckpointStore(pipeline: pipeline))
        epoch = try store.claim().epoch
        try store.replace(
            with: PipelineCheckpoint(keyBy: "table", mapping: "", start: "earliest", lanes: [checkpoint(4)]),
            epoch: epoch)
    }

    func makeWriter() throws -> any LaneWriter {
        try sink.makeWriter(pipeline: pipeline, lane: 0, epoch: epoch)
    }

    func checkpoint(_ offset: UInt64) -> LaneCheckpoint {
        LaneCheckpoint(
            resume: ResumePosition(
                position: BinlogPosition(file: "binlog.000001", offset: offset), gtids: "0-1-7", commitMicroseconds: 0),
            applied: nil)
    }

    @discardableResult
    func write(_ batches: RowBatch..., to writer: (any LaneWriter)? = nil) throws -> WriteCounts {
        offset += 1
        return try (writer ?? makeWriter()).write(batches, checkpoint: checkpoint(offset))
    }

    func storedCheckpoint() throws -> LaneCheckpoint? {
        try sink.makeCheckpointStore(pipeline: pipeline)?.read()?.lanes.first
    }

    func rows(of table: Table) throws -> [[String?]] {
        var rows: [[String?]] = []
        try sink.makeReader()?.readRows(of: table) { row in
            rows.append(row.map { $0.map { String(decoding: $0, as: UTF8.self) } })
        }
        return rows.sorted { "\($0)" < "\($1)" }
    }

    /// The names of the fixture's keys, without its prefix, sorted.
    func keys() throws -> [String] {
        try session.command(["KEYS", prefix + "*"]).elements.compactMap(\.string)
            .map { String($0.dropFirst(prefix.count)) }.sorted()
    }

    func hash(_ key: String) throws -> [String: String] {
        try session.command(["HGETALL", prefix + key]).fields
    }

    /// Runs a command on one of the fixture's keys; returns its reply if that is a text or a number.
    @discardableResult
    func command(_ name: String, _ key: String, _ words: String...) throws -> String? {
        try session.command([name, prefix + key] + words).string
    }
}
