import Rows

/// Keeps a pipeline's checkpoint in a hash, `replicator:checkpoint:PIPELINE`: field `epoch`; once begun, `lanes`,
/// `key_by`, `mapping` and `start`; and for each lane `N:file`, `N:offset`, `N:gtids`, `N:commit_us` and `N:applied`.
/// Every change is one Lua script, which Redis runs as a whole and which compares the epoch first.
final class RedisCheckpointStore: CheckpointStore {
    private let client: RedisClient
    private let pipeline: String
    private var key: [UInt8] { Self.key(of: pipeline) }

    init(_ settings: RedisSettings, pipeline: String) {
        client = RedisClient(settings)
        self.pipeline = pipeline
    }

    static func key(of pipeline: String) -> [UInt8] {
        Array("replicator:checkpoint:\(pipeline)".utf8)
    }

    func read() throws(SinkError) -> PipelineCheckpoint? {
        try client.withConnection { connection throws(SinkError) in
            try checkpoint(from: try connection.call([Self.word("HGETALL"), key]))
        }
    }

    func epoch() throws(SinkError) -> UInt64? {
        try client.withConnection { connection throws(SinkError) in
            let reply = try connection.call([Self.word("HGET"), key, Self.word("epoch")])
            return reply.bytes.flatMap { UInt64(String(decoding: $0, as: UTF8.self)) }
        }
    }

    func claim() throws(SinkError) -> (epoch: UInt64, checkpoint: PipelineCheckpoint?) {
        try client.withConnection { connection throws(SinkError) in
            let reply = try connection.call([Self.word("EVAL"), Self.claimScript, Self.word("1"), key])
            guard let elements = reply.elements, elements.count == 2, case .integer(let number) = elements[0] else {
                throw malformed("epoch")
            }
            let epoch = UInt64(bitPattern: number)
            try connection.endWriters(of: pipeline, before: epoch)
            return (epoch, try checkpoint(from: elements[1]))
        }
    }

    func replace(with checkpoint: PipelineCheckpoint, epoch: UInt64) throws(SinkError) {
        precondition(!checkpoint.lanes.isEmpty, "a checkpoint has at least one lane")
        var words: [[UInt8]] = [
            Self.word("EVAL"), Self.replaceScript, Self.word("1"), key, Self.word("\(epoch)"),
            Self.word("lanes"), Self.word("\(checkpoint.lanes.count)"), Self.word("key_by"),
            Self.word(checkpoint.keyBy), Self.word("mapping"), Self.word(checkpoint.mapping), Self.word("start"),
            Self.word(checkpoint.start),
        ]
        for (index, lane) in checkpoint.lanes.enumerated() {
            words += Self.fields(of: lane, lane: index)
        }
        let reply = try client.withConnection { connection throws(SinkError) in try connection.call(words) }
        try Self.check(reply, client.label, pipeline, epoch: epoch)
    }

    func store(_ checkpoint: LaneCheckpoint, lane: Int, epoch: UInt64) throws(SinkError) {
        try client.withConnection { connection throws(SinkError) in
            try Self.store(checkpoint, pipeline, lane: lane, epoch: epoch, on: connection)
        }
    }

    // What a lane's writer does on its own connection.

    /// Stores one lane's progress.
    static func store(
        _ checkpoint: LaneCheckpoint, _ pipeline: String, lane: Int, epoch: UInt64, on connection: RedisConnection
    ) throws(SinkError) {
        let words = [word("EVAL"), storeScript, word("1"), key(of: pipeline), word("\(epoch)"), word("\(lane)")]
        let reply = try connection.call(words + fields(of: checkpoint, lane: lane))
        try check(reply, connection.label, pipeline, epoch: epoch)
    }

    /// Throws `fenced` if the pipeline is another process's by now.
    static func checkEpoch(
        _ epoch: UInt64, of pipeline: String, on connection: RedisConnection
    ) throws(SinkError) {
        let reply = try connection.call([word("HGET"), key(of: pipeline), word("epoch")])
        guard let stored = reply.bytes else { throw gone(pipeline, connection.label) }
        guard stored == word("\(epoch)") else {
            throw SinkError(fencing: pipeline, epoch: epoch, target: connection.label)
        }
    }

    /// What Redis has as one lane's progress; nil if nothing. Throws as ``checkEpoch(_:of:on:)``.
    static func laneCheckpoint(
        _ lane: Int, of pipeline: String, epoch: UInt64, on connection: RedisConnection
    ) throws(SinkError) -> LaneCheckpoint? {
        try checkEpoch(epoch, of: pipeline, on: connection)
        let fields = fields(of: try connection.call([word("HGETALL"), key(of: pipeline)]))
        return fields.flatMap { laneCheckpoint(lane, $0) }
    }

    private static func check(
        _ reply: RedisReply, _ label: String, _ pipeline: String, epoch: UInt64
    ) throws(SinkError) {
        if reply == .integer(-1) { throw gone(pipeline, label) }
        guard reply == .integer(1) else { throw SinkError(fencing: pipeline, epoch: epoch, target: label) }
    }

    private static func gone(_ pipeline: String, _ label: String) -> SinkError {
        SinkError(
            .fatal,
            "\(label): the checkpoint of pipeline \(pipeline) is gone: this Redis has lost its data, or someone has "
                + "deleted the key replicator:checkpoint:\(pipeline). Begin anew: run --start earliest --sink "
                + "\(pipeline), or another position from which the source's log has all that the keys should hold; --start "
                + "latest would leave the old rows missing")
    }
}

extension RedisCheckpointStore {
    private static func word(_ text: String) -> [UInt8] { Array(text.utf8) }

    private static let claimScript = word(
        """
        local epoch = redis.call('HINCRBY', KEYS[1], 'epoch', 1)
        return {epoch, redis.call('HGETALL', KEYS[1])}
        """)

    private static let replaceScript = word(
        """
        local epoch = redis.call('HGET', KEYS[1], 'epoch')
        if epoch ~= ARGV[1] then return epoch and 0 or -1 end
        redis.call('DEL', KEYS[1])
        redis.call('HSET', KEYS[1], 'epoch', ARGV[1])
        for i = 2, #ARGV, 2 do redis.call('HSET', KEYS[1], ARGV[i], ARGV[i + 1]) end
        return 1
        """)

    private static let storeScript = word(
        """
        local epoch = redis.call('HGET', KEYS[1], 'epoch')
        if epoch ~= ARGV[1] then return epoch and 0 or -1 end
        if redis.call('HEXISTS', KEYS[1], ARGV[2] .. ':file') == 0 then return 0 end
        redis.call('HSET', KEYS[1], unpack(ARGV, 3))
        return 1
        """)

    /// One lane's fields, each name followed by its value.
    private static func fields(of checkpoint: LaneCheckpoint, lane: Int) -> [[UInt8]] {
        let resume = checkpoint.resume
        let applied =
            checkpoint.applied.map { "\($0.generation) \($0.sequence) \($0.offset) \($0.row)" } ?? ""
        return [
            word("\(lane):file"), word(resume.position.file), word("\(lane):offset"),
            word("\(resume.position.offset)"), word("\(lane):gtids"), word(checkpoint.gtidText),
            word("\(lane):commit_us"), word("\(resume.commitMicroseconds)"), word("\(lane):applied"), word(applied),
        ]
    }

    /// What an HGETALL of the hash says; nil where no checkpoint was stored since the pipeline was first claimed.
    private func checkpoint(from reply: RedisReply) throws(SinkError) -> PipelineCheckpoint? {
        guard let fields = Self.fields(of: reply) else { throw malformed("hash") }
        guard let laneText = fields["lanes"] else { return nil }
        guard let laneCount = Int(laneText), laneCount > 0, let keyBy = fields["key_by"],
            let mapping = fields["mapping"], let start = fields["start"]
        else { throw malformed("fields of the pipeline") }
        var lanes: [LaneCheckpoint] = []
        for lane in 0..<laneCount {
            guard let checkpoint = Self.laneCheckpoint(lane, fields) else { throw malformed("fields of lane \(lane)") }
            lanes.append(checkpoint)
        }
        return PipelineCheckpoint(keyBy: keyBy, mapping: mapping, start: start, lanes: lanes)
    }

    /// The fields of a hash, from the reply to HGETALL; nil if it is none.
    private static func fields(of reply: RedisReply) -> [String: String]? {
        guard let words = reply.elements, words.count % 2 == 0 else { return nil }
        var fields: [String: String] = [:]
        for index in stride(from: 0, to: words.count, by: 2) {
            guard let name = words[index].bytes, let value = words[index + 1].bytes else { return nil }
            fields[String(decoding: name, as: UTF8.self)] = String(decoding: value, as: UTF8.self)
        }
        return fields
    }

    private static func laneCheckpoint(_ lane: Int, _ fields: [String: String]) -> LaneCheckpoint? {
        guard let file = fields["\(lane):file"], let offset = fields["\(lane):offset"].flatMap({ UInt64($0) }),
            let gtids = fields["\(lane):gtids"], let commit = fields["\(lane):commit_us"].flatMap({ Int64($0) }),
            let appliedText = fields["\(lane):applied"]
        else { return nil }
        let resume = ResumePosition(
            position: BinlogPosition(file: file, offset: offset), gtids: "", commitMicroseconds: commit)
        if appliedText.isEmpty { return LaneCheckpoint(resume: resume, applied: nil, gtidText: gtids) }
        let words = appliedText.split(separator: " ", omittingEmptySubsequences: false)
        let numbers = words.compactMap { UInt64($0) }
        guard words.count == 4, numbers.count == 4, let generation = UInt32(exactly: numbers[0]),
            let row = UInt32(exactly: numbers[3])
        else { return nil }
        return LaneCheckpoint(
            resume: resume,
            applied: ChangeVersion(generation: generation, sequence: numbers[1], offset: numbers[2], row: row),
            gtidText: gtids)
    }

    private func malformed(_ what: String) -> SinkError {
        SinkError(
            .fatal,
            "\(client.label): the checkpoint of pipeline \(pipeline) (key replicator:checkpoint:\(pipeline)) was changed by "
                + "others: bad \(what); start anew with --reset-checkpoint")
    }
}
