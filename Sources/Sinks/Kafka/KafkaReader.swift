import Rows

/// Reads the rows of a target table back from its topic: of each key the last record, if it is no delete. Where the last
/// records of all keys are more than fit the memory that it takes, it reads the topic several times, each time for a part
/// of the keys.
final class KafkaReader: TargetReader {
    private let settings: KafkaSettings
    private let byteLimit: Int

    /// - Parameter byteLimit: of records held in memory at once.
    init(_ settings: KafkaSettings, byteLimit: Int = 256 << 20) {
        self.settings = settings
        self.byteLimit = byteLimit
    }

    func readRows(of table: Table, _ body: ([[UInt8]?]) throws -> Void) throws {
        let inspection = try KafkaInspection(settings)
        let layout = try KafkaTableLayout(table, settings, inspection.client)
        guard layout.key != nil else {
            throw SinkError(
                .fatal, "\(table.qualifiedName) has no key to fold its topic by", table: table.qualifiedName)
        }
        let partitions = try inspection.partitions(of: layout.topic.name)
        var texts: [[UInt8]?] = []
        var slices = [KafkaFold.Slice.all]
        while let slice = slices.popLast() {
            var fold = KafkaFold(slice, byteLimit: byteLimit)
            do throws(KafkaError) {
                try layout.topic.readAll(try partitions.get(), milliseconds: settings.timeoutMilliseconds) {
                    if let key = $1 { fold.take(partition: $0, key: key, value: $2) }
                }
            } catch {
                // Nothing was ever written.
                if error.code.meaning == .unknownTopic { return }
                throw SinkError(.retriable, "\(settings.address.label): topic \(layout.topic.name): \(error.reason)")
            }
            guard !fold.hasMovedKeys else {
                throw SinkError(
                    .fatal,
                    "topic \(layout.topic.name) has records of one key in several partitions, so which is the last cannot "
                        + "be told: it was given more partitions, kafka.partitioner is another, or others write it",
                    table: table.qualifiedName)
            }
            slices += fold.left
            for record in fold.records {
                guard let change = JSONMembers(record), case .raw(let after)? = change["after"]?.value,
                    let members = JSONMembers(after), JSONRow.read(members, table, into: &texts)
                else { continue }
                try body(texts)
            }
        }
    }

    /// Whether a partition has lost its beginning, which only rows that have changed since outlive.
    func lossFinding(for table: Table) throws -> String? {
        let inspection = try KafkaInspection(settings)
        let topic = try KafkaTableLayout(table, settings, inspection.client).topic
        guard case .success(let partitions) = try inspection.partitions(of: topic.name) else { return nil }
        for partition in partitions {
            let beginning = try topic.beginning(of: partition, milliseconds: settings.timeoutMilliseconds)
            guard beginning > 0 else { continue }
            let set = inspection.client.settings(of: .topic(topic.name), milliseconds: settings.timeoutMilliseconds)
            return KafkaAdvice.cutTopic(topic.name, partition, beginning, set, settings)
        }
        return nil
    }

    func isEqual(_ found: [UInt8]?, _ expected: [UInt8]?, _ type: ColumnType) -> Bool {
        guard type == .json else { return found == expected }
        return JSONRow.isEqualDocument(found, expected)
    }
}
