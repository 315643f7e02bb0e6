import Rows

/// Reads the rows of a target table back from its topic: of each key the last record, if it is no delete. Holds the last
/// record of every key in memory.
final class KafkaReader: TargetReader {
    private let settings: KafkaSettings

    init(_ settings: KafkaSettings) {
        self.settings = settings
    }

    func readRows(of table: Table, _ body: ([[UInt8]?]) throws -> Void) throws {
        let inspection = try KafkaInspection(settings)
        let layout = try KafkaTableLayout(table, settings, inspection.client)
        guard layout.key != nil else {
            throw SinkError(
                .fatal, "\(table.qualifiedName) has no key to fold its topic by", table: table.qualifiedName)
        }
        var records: [[UInt8]: [UInt8]] = [:]
        let partitions = try inspection.partitions(of: layout.topic.name)
        do throws(KafkaError) {
            let partitions = try partitions.get()
            try layout.topic.readAll(partitions, milliseconds: settings.timeoutMilliseconds) { key, value in
                if let key { records[key] = value }
            }
        } catch {
            // Nothing was ever written.
            if error.code.meaning == .unknownTopic { return }
            throw SinkError(.retriable, "\(settings.address.label): topic \(layout.topic.name): \(error.reason)")
        }
        var texts: [[UInt8]?] = []
        for record in records.values {
            guard let change = JSONMembers(record), case .raw(let after)? = change["after"]?.value,
                let members = JSONMembers(after), JSONRow.read(members, table, into: &texts)
            else { continue }
            try body(texts)
        }
    }

    func isEqual(_ found: [UInt8]?, _ expected: [UInt8]?, _ type: ColumnType) -> Bool {
        guard type == .json else { return found == expected }
        return JSONRow.isEqualDocument(found, expected)
    }
}
