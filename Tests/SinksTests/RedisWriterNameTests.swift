import Rows
import TestSupport
import Testing

@testable import Sinks

struct RedisWriterNameTests {
    let users = Table("users", [("id", .int), ("name", .varchar)])

    @Test func `a name holds any pipeline and nothing of another`() {
        #expect(RedisWriterName(pipeline: "wärm p", epoch: 3, lane: 1).text == "replicator:w%C3%A4rm%20p:3:1")
        #expect(RedisWriterName.prefix(of: "a") != RedisWriterName.prefix(of: "a:1"))
        #expect(!RedisWriterName.prefix(of: "a:1").hasPrefix(RedisWriterName.prefix(of: "a")))
    }

    /// A session that stands for a connection of ours whose commands the server has not read yet.
    private func leftOver(_ fixture: RedisSinkFixture, epoch: UInt64, lane: Int) throws -> RedisSession {
        let session = try RedisSession(port: fixture.server.port)
        let name = RedisWriterName(pipeline: fixture.pipeline, epoch: epoch, lane: lane).text
        try session.command(["CLIENT", "SETNAME", name])
        return session
    }

    @Test func `a lane that connects again ends its older connection before it writes`() throws {
        let fixture = try RedisSinkFixture()
        let same = try leftOver(fixture, epoch: fixture.epoch, lane: 0)
        let other = try leftOver(fixture, epoch: fixture.epoch, lane: 1)
        let writer = try fixture.makeWriter()
        #expect(throws: TestSupportError.self) { try same.command(["PING"]) }
        try other.command(["PING"])
        let again = try leftOver(fixture, epoch: fixture.epoch, lane: 0)
        // The writer's own connection is not its older one.
        try fixture.write(RowBatch(users, [.insert([1, "Ann"])]), to: writer)
        try again.command(["PING"])
    }

    @Test func `who takes a pipeline over ends the connections of those before`() throws {
        let fixture = try RedisSinkFixture()
        let old = try fixture.makeWriter()
        let leftOvers = try (0..<3).map { try leftOver(fixture, epoch: fixture.epoch, lane: $0) }
        let stranger = try RedisSinkFixture()
        let strange = try stranger.makeWriter()
        try fixture.claim()
        for session in leftOvers { #expect(throws: TestSupportError.self) { try session.command(["PING"]) } }
        let lost = #expect(throws: SinkError.self) {
            try fixture.write(RowBatch(users, [.insert([2, "Bob"])]), to: old)
        }
        #expect(lost?.disposition == .retriable)
        let new = try fixture.makeWriter()
        let fenced = #expect(throws: SinkError.self) {
            try fixture.write(RowBatch(users, [.insert([2, "Bob"])]), to: old)
        }
        #expect(fenced?.disposition == .fenced)
        // The fenced one has not ended its successor's connection.
        try fixture.write(RowBatch(users, [.insert([1, "Ann"])]), to: new)
        try stranger.write(RowBatch(users, [.insert([1, "Ann"])]), to: strange)
        #expect(try fixture.rows(of: users) == [["1", "Ann"]])
    }

    @Test func `a user who may not end connections is found`() throws {
        let server = try RedisServer()
        let folder = try ScratchFolder()
        try folder.write("word", to: "password")
        try server.command("ACL", "SETUSER", "ann", "on", ">word", "~*", "+@all", "-client|kill")
        var options = SinkOptions(["password-file": "password"])
        let sink = try SinkFactory.makeSink(
            url: "redis://ann@127.0.0.1:\(server.port)", options: &options, baseDirectory: folder.path)
        let findings = try sink.findings(for: [users])
        #expect(findings.count == 1)
        #expect(findings.first?.contains("CLIENT KILL") == true)
        try server.command("ACL", "SETUSER", "ann", "+client|kill")
        #expect(try sink.findings(for: [users]) == [])
    }

    /// The commands that docs/sinks.md names are enough.
    @Test func `a user with the documented commands can do everything`() throws {
        let server = try RedisServer()
        let folder = try ScratchFolder()
        try folder.write("word", to: "password")
        let commands =
            "hset hdel hget hgetall hexists hincrby set get del scan multi exec eval ping select info client|setname "
            + "client|id client|list client|kill"
        let session = try RedisSession(port: server.port)
        try session.command(
            ["ACL", "SETUSER", "ann", "on", ">word", "~users:*", "~replicator:checkpoint:*", "-@all"]
                + commands.split(separator: " ").map { "+\($0)" })
        for format in ["hash", "string"] {
            try session.command(["FLUSHALL"])
            var options = SinkOptions(["password-file": "password", "format": format])
            let sink = try SinkFactory.makeSink(
                url: "redis://ann@127.0.0.1:\(server.port)/1", options: &options, baseDirectory: folder.path)
            #expect(try sink.findings(for: [users]) == [])
            let store = try #require(try sink.makeCheckpointStore(pipeline: "p"))
            let (epoch, _) = try store.claim()
            let lane = LaneCheckpoint(
                resume: ResumePosition(
                    position: BinlogPosition(file: "b.1", offset: 4), gtids: "", commitMicroseconds: 0), applied: nil)
            try store.replace(
                with: PipelineCheckpoint(keyBy: "", mapping: "", start: "", lanes: [lane]), epoch: epoch)
            let changes: [SampleChange] = [
                .insert([1, "Ann"]), .update([1, "Ann"], [1, nil]), .update([1, nil], [2, nil]), .insert([3, "x"]),
                .delete([3, "x"]),
            ]
            _ = try sink.makeWriter(pipeline: "p", lane: 0, epoch: epoch).write(
                [RowBatch(users, changes)], checkpoint: lane)
            var rowCount = 0
            try sink.makeReader()?.readRows(of: users) { _ in rowCount += 1 }
            #expect(rowCount == 1)
        }
    }
}
