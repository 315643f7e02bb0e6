import Rows

/// Keeps a Redis key for each row of the target tables.
///
/// - `format = hash`: a hash with a field for each column, in canonical text. NULL is the absence of the field, an
///   empty text an empty field. Fields of other names are left alone.
/// - `format = string`: a string with one JSON object, a member for each column.
///
/// Counts of what was missing or there already come from Redis's own replies, and only deletes and changes of key have
/// such a reply for strings.
///
/// At least once, converging: rows go first, then the position, and writing a row again changes nothing. Keys carry no
/// expiry of ours. Redis Cluster is not supported.
final class RedisSink: Sink {
    private let settings: RedisSettings

    init(_ settings: RedisSettings) {
        self.settings = settings
    }

    var label: String { settings.address.label }

    var isKeyed: Bool { true }

    func findings(for tables: [Table]) throws(SinkError) -> [String] {
        var findings: [String] = []
        var layouts: [RedisTableLayout] = []
        for table in tables {
            do throws(RedisTableLayout.Problem) {
                let layout = try RedisTableLayout(table, settings)
                findings += layoutFindings(layout, layouts)
                layouts.append(layout)
            } catch {
                findings.append(error.text)
            }
        }
        do throws(SinkError) {
            return try findings + serverFindings()
        } catch {
            // What is wrong already is not forgotten because there is more.
            guard !findings.isEmpty else { throw error }
            return findings + [error.message]
        }
    }

    func storages(of table: Table) -> [String] {
        guard let layout = try? RedisTableLayout(table, settings) else { return [] }
        let address = settings.address
        return ["keys \(layout.key.outline) of \(HostAddress.text(address.host, address.port))/\(address.database)"]
    }

    func makeCheckpointStore(pipeline: String) throws(SinkError) -> (any CheckpointStore)? {
        RedisCheckpointStore(settings, pipeline: pipeline)
    }

    func makeWriter(pipeline: String, lane: Int, epoch: UInt64) throws(SinkError) -> any LaneWriter {
        try RedisLaneWriter(settings, pipeline: pipeline, lane: lane, epoch: epoch)
    }

    func makeReader() throws(SinkError) -> (any TargetReader)? {
        RedisReader(settings)
    }

    func makePreview() throws(SinkError) -> (any ChangePreview)? {
        RedisPreview(settings)
    }

    private func layoutFindings(_ layout: RedisTableLayout, _ others: [RedisTableLayout]) -> [String] {
        var findings: [String] = []
        let name = layout.table.qualifiedName
        for other in others where other.table !== layout.table && other.key.shape == layout.key.shape {
            findings.append(
                "key = \(layout.template): rows of \(other.table.qualifiedName) and \(name) would get the same keys; put "
                    + "{database} and {table} into it, or rename one of the targets in its view")
        }
        if layout.key.canMake(RedisCheckpointStore.key(of: "")) {
            findings.append(
                "key = \(layout.template): rows of \(name) could get the keys replicator:checkpoint:…, which are the "
                    + "replicator's own")
        }
        return findings
    }

    /// Asks the server itself: whether it answers, lets us end connections, and keeps its keys.
    private func serverFindings() throws(SinkError) -> [String] {
        let connection = try RedisConnection(settings)
        try connection.call("PING")
        let finding = try connection.findingOnEndingClients()
        return try (finding.map { [$0] } ?? []) + evictionFindings(connection)
    }

    private func evictionFindings(_ connection: RedisConnection) throws(SinkError) -> [String] {
        if settings.allowsEviction { return [] }
        let reply: RedisReply
        do throws(SinkError) {
            reply = try connection.call("INFO", "memory")
        } catch  where error.disposition == .fatal {
            // Not permitted to this user: a hosted Redis says its policy elsewhere.
            return []
        }
        var values: [Substring: Substring] = [:]
        for line in String(decoding: reply.bytes ?? [], as: UTF8.self).split(whereSeparator: \.isNewline) {
            let parts = line.split(separator: ":", maxSplits: 1)
            if parts.count == 2 { values[parts[0]] = parts[1] }
        }
        guard let policy = values["maxmemory_policy"], policy.hasPrefix("allkeys-"), values["maxmemory"] != "0" else {
            return []
        }
        return [
            "\(label) drops any key when its memory is full (maxmemory-policy \(policy)), rows and checkpoint alike: "
                + "CONFIG SET maxmemory-policy noeviction, or accept it with eviction = allow"
        ]
    }
}
