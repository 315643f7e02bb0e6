import Rows

/// Writes a lane's changes to Redis: all rows first, and the position only after every reply was good. What a crash
/// between the two leaves is written again after the restart, and ends the same.
///
/// A process that takes the pipeline over ends the connections of the one before it, which then finds itself fenced
/// when it connects again: before its next row, and at each position.
final class RedisLaneWriter: LaneWriter {
    private let client: RedisClient
    private let pipeline: String
    private let lane: Int
    private let epoch: UInt64
    private var layouts: [RedisTableLayout] = []
    private var encoder = RedisRowEncoder()
    /// The lane's progress that Redis has; nil before the first look.
    private var stored: LaneCheckpoint?
    /// What was to take its place, where no answer came: Redis may have either.
    private var doubtful: LaneCheckpoint?
    /// On which Redis was asked whether it has it still.
    private weak var askedConnection: RedisConnection?
    let pulse: Pulse? = Pulse()

    // How much is sent before its replies are read: enough that the way to Redis and back does not count.
    private static let windowByteCount = 512 * 1024
    private static let windowCommandCount = 2000

    /// Connects.
    init(_ settings: RedisSettings, pipeline: String, lane: Int, epoch: UInt64) throws(SinkError) {
        client = RedisClient(settings, name: RedisWriterName(pipeline: pipeline, epoch: epoch, lane: lane))
        self.pipeline = pipeline
        self.lane = lane
        self.epoch = epoch
        try client.withConnection { connection throws(SinkError) in try expectStored(on: connection) }
    }

    func write(_ batches: [RowBatch], checkpoint: LaneCheckpoint) throws(SinkError) -> WriteCounts {
        try client.withConnection { connection throws(SinkError) in
            if askedConnection !== connection { try expectStored(on: connection) }
            var counts = WriteCounts()
            if !batches.isEmpty {
                try RedisCheckpointStore.checkEpoch(epoch, of: pipeline, on: connection)
                counts = try apply(batches, on: connection)
            }
            doubtful = checkpoint
            try RedisCheckpointStore.store(checkpoint, pipeline, lane: lane, epoch: epoch, on: connection)
            stored = checkpoint
            doubtful = nil
            return counts
        }
    }

    /// A Redis that went down, or a replica that took its place, may come back with older data and an older position. To
    /// go on from ours would leave out what lies between.
    private func expectStored(on connection: RedisConnection) throws(SinkError) {
        let found = try RedisCheckpointStore.laneCheckpoint(lane, of: pipeline, epoch: epoch, on: connection)
        if let stored, found != stored, found != doubtful {
            let place = found.map { "\($0.resume.position)" } ?? "none"
            throw SinkError(
                .fatal,
                "\(connection.label): this Redis has lost its latest data: the position of pipeline \(pipeline) that it has "
                    + "is \(place), and we had stored \(stored.resume.position). Nothing is written on top of that; start "
                    + "it again, and it goes on from the position that Redis has. (Have Redis keep an append-only file)"
            )
        }
        stored = found
        doubtful = nil
        askedConnection = connection
    }

    private func apply(_ batches: [RowBatch], on connection: RedisConnection) throws(SinkError) -> WriteCounts {
        var counts = WriteCounts()
        encoder.removeAll()
        for (batchIndex, batch) in batches.enumerated() {
            let layout = try layout(of: batch.table)
            for row in batch.rows.indices {
                try encoder.append(row, of: batch, batchIndex, layout)
                if encoder.commands.bytes.count >= Self.windowByteCount
                    || encoder.commands.count >= Self.windowCommandCount
                {
                    try flush(batches, on: connection, &counts)
                }
            }
        }
        try flush(batches, on: connection, &counts)
        return counts
    }

    /// Sends what is encoded, and checks every reply.
    private func flush(
        _ batches: [RowBatch], on connection: RedisConnection, _ counts: inout WriteCounts
    ) throws(SinkError) {
        guard !encoder.expectations.isEmpty else { return }
        try connection.send(encoder.commands)
        for expectation in encoder.expectations {
            let reply = try connection.receive()
            if let error = Self.firstError(reply) {
                throw refusal(error, batches[expectation.batch], expectation.row)
            }
            guard expectation.count(reply, &counts) else {
                let batch = batches[expectation.batch]
                throw SinkError(
                    .fatal, "\(connection.label): the answer is none that Redis gives",
                    row: batch.rows[expectation.row], of: batch)
            }
        }
        pulse?.beat()
        encoder.removeAll()
    }

    /// An error reply, or the first one among the replies of an EXEC: Redis goes on after a command that failed.
    private static func firstError(_ reply: RedisReply) -> RedisError? {
        switch reply {
        case .error(let error): return error
        case .array(let replies):
            for case .error(let error) in replies { return error }
            return nil
        default: return nil
        }
    }

    private func refusal(_ error: RedisError, _ batch: RowBatch, _ row: Int) -> SinkError {
        let template = client.settings.keyTemplate ?? RedisKeyTemplate(standardFor: batch.table)
        let reason =
            switch error.code {
            case "WRONGTYPE":
                "the key of this row (\(template.text)) holds another type than a hash: it belongs to someone else; choose "
                    + "another key template, or delete it"
            default:
                SinkError(error, label: client.label).message
            }
        return SinkError(error.disposition, reason, row: batch.rows[row], of: batch)
    }

    private func layout(of table: Table) throws(SinkError) -> RedisTableLayout {
        if let known = layouts.first(where: { $0.table === table }) { return known }
        let new: RedisTableLayout
        do throws(RedisTableLayout.Problem) {
            new = try RedisTableLayout(table, client.settings)
        } catch {
            throw SinkError(.fatal, error.text, table: table.qualifiedName)
        }
        // Another object for a table of the same name takes the older one's place: there is one of them at a time.
        layouts.removeAll { $0.table.database == table.database && $0.table.name == table.name }
        layouts.append(new)
        return new
    }
}

extension RedisExpectation {
    /// Counts what the reply tells; false if it is of no kind that its command answers with.
    func count(_ reply: RedisReply, _ counts: inout WriteCounts) -> Bool {
        switch (meaning, reply) {
        case (.done, _): return true
        case (.inserted(let fieldCount), .integer(let newCount)):
            if newCount < fieldCount { counts.duplicateInserts += 1 }
        case (.updated(let fieldCount), .integer(let newCount)):
            if newCount == fieldCount { counts.missingUpdates += 1 }
        case (.deleted, .integer(let count)):
            if count == 0 { counts.missingDeletes += 1 }
        case (.executedUpdate(let fieldCount), .array(let replies)):
            guard case .integer(let newCount)? = replies.first else { return false }
            if newCount == fieldCount { counts.missingUpdates += 1 }
        case (.executedMove, .array(let replies)):
            guard case .integer(let count)? = replies.first else { return false }
            if count == 0 { counts.missingUpdates += 1 }
        default: return false
        }
        return true
    }
}
