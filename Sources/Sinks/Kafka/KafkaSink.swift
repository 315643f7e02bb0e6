import Rows

/// Produces each change to a topic of its target table, as the JSON object that `tail` prints, under the target's key.
///
/// It appends, so a view's rows enter and leave it as inserts and deletes with whole images, and tables without a key
/// are taken, their records without one. At least once, converging by key: the position is in the state file, and
/// moves when all records are acknowledged. What a crash leaves is produced again, in order.
final class KafkaSink: Sink {
    private let settings: KafkaSettings

    init(_ settings: KafkaSettings) {
        self.settings = settings
    }

    var label: String { settings.address.label }

    var isKeyed: Bool { false }

    func findings(for tables: [Table]) throws(SinkError) -> [String] {
        var findings: [String] = []
        var topics: [String: Table] = [:]
        for table in tables {
            do throws(KafkaTopicTemplate.Problem) {
                let topic = try settings.topic.name(for: table)
                if let other = topics[topic], other.qualifiedName != table.qualifiedName {
                    findings.append(
                        "topic = \(settings.topic.text): rows of \(other.qualifiedName) and \(table.qualifiedName) would "
                            + "get the same topic and keys; put {database} and {table} into it, or rename one of the "
                            + "targets in its view")
                }
                topics[topic] = table
            } catch {
                findings.append(error.text)
            }
        }
        let sorted = topics.sorted { $0.key < $1.key }.map { (name: $0.key, table: $0.value) }
        do throws(SinkError) {
            return try findings + KafkaInspection(settings).findings(topics: sorted)
        } catch {
            // What is wrong already is not forgotten because there is more.
            guard !findings.isEmpty else { throw error }
            return findings + [error.message]
        }
    }

    func storages(of table: Table) -> [String] {
        guard let topic = try? settings.topic.name(for: table) else { return [] }
        return settings.address.places.map { "topic \(topic) of \($0)" }
    }

    func makeCheckpointStore(pipeline: String) throws(SinkError) -> (any CheckpointStore)? { nil }

    func makeWriter(pipeline: String, lane: Int, epoch: UInt64) throws(SinkError) -> any LaneWriter {
        try KafkaLaneWriter(settings)
    }

    func makeReader() throws(SinkError) -> (any TargetReader)? {
        KafkaReader(settings)
    }

    func makePreview() throws(SinkError) -> (any ChangePreview)? {
        KafkaPreview(settings)
    }
}
