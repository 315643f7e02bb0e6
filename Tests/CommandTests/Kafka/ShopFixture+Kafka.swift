import Foundation
import TestSupport
import Testing

extension ShopFixture {
    /// A configuration whose one sink, `events`, is Kafka. `more` is added to its section.
    func kafkaConfiguration(_ url: String, lanes: Int = 1, sinks: Set<String> = [], more: String = "") throws -> String
    {
        let path = try configuration(sinks: sinks)
        let text = try String(contentsOfFile: path, encoding: .utf8)
        return try scratch.write(
            text + "\n[sink events]\nurl = \(url)\nmappings = mappings/\nlanes = \(lanes)\n\(more)\n",
            to: "replicator.conf")
    }

    /// What the source has in `customers` and `slots`, as ``KafkaHistory/rows`` has it.
    func kafkaRows(of table: String) throws -> [String: String] {
        let columns = table == "slots" ? ["id", "code", "n"] : ["id", "email", "name", "points"]
        let rows = try server.query("SELECT \(columns.joined(separator: ", ")) FROM \(table)", database: "shop")
        return try rows.reduce(into: [:]) { result, row in
            var object: [String: Any] = [:]
            for (column, value) in zip(columns, row) {
                let isNumber = ["id", "n", "points"].contains(column)
                object[column] = value.map { isNumber ? Int($0) as Any? ?? $0 : $0 } ?? NSNull()
            }
            result["{\"id\":\(row[0] ?? "")}"] = try KafkaHistory.canonical(object)
        }
    }

    /// Waits until `consumer` has read a topic to where it is equal to the source.
    func waitForKafka(_ consumer: KafkaConsumer, _ table: String, _ run: ReplicatorProcess) throws {
        let expected = try kafkaRows(of: table)
        try waitUntil(timeout: 60, "the topic of \(table): \(run.errors.suffix(2000))") {
            try KafkaHistory(consumer.records()).rows == expected
        }
    }
}
