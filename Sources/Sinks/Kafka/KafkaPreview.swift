import Rows

/// The records of row changes: topic, key and value. Connects to nothing.
final class KafkaPreview: ChangePreview {
    private let settings: KafkaSettings
    private var encoder: KafkaRowEncoder

    init(_ settings: KafkaSettings) {
        self.settings = settings
        encoder = KafkaRowEncoder(writesTombstones: settings.writesTombstones)
    }

    func statements(for batch: RowBatch) throws(SinkError) -> [String] {
        let table = batch.table
        let topic: String
        do throws(KafkaTopicTemplate.Problem) {
            topic = try settings.topic.name(for: table)
        } catch {
            throw SinkError(.fatal, error.text, table: table.qualifiedName)
        }
        let key = table.primaryKey.isEmpty ? nil : KafkaKey(table)
        let keys = key?.projected(batch) ?? batch
        var lines: [String] = []
        for row in batch.rows {
            try encoder.encode(row, of: batch, keys: keys, key)
            for record in encoder.records {
                let value = record.value.map { PreviewText.line(encoder.bytes[$0]) } ?? "none (tombstone)"
                let key = record.key.map { PreviewText.line(encoder.bytes[$0]) } ?? "none"
                lines.append("topic \(topic), key \(key), value \(value)")
            }
        }
        return lines
    }
}
