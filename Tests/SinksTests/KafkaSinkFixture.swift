import CRdKafka
import Rows
import TestSupport
import Testing

@testable import Sinks

/// A Kafka sink over a mock cluster of its own.
final class KafkaSinkFixture: KafkaTargetFixture {
    let cluster: KafkaMockCluster

    init(_ cluster: KafkaMockCluster? = nil, options: [String: String] = [:], timeout: Int = 10) throws {
        let cluster = try cluster ?? KafkaMockCluster()
        self.cluster = cluster
        try super.init(servers: cluster.servers, options: options, timeout: timeout)
    }
}

/// A Kafka sink over brokers that somebody else has.
class KafkaTargetFixture: SinkFixture {
    struct Record: Equatable {
        let key: String?
        let value: String?
    }

    let sink: any Sink
    let settings: KafkaSettings
    /// It is not fenced.
    var epoch: UInt64 = 1
    var offset: UInt64 = 100

    init(servers: String, options: [String: String] = [:], timeout: Int = 10) throws {
        var all = options
        all["timeout"] = "\(timeout)"
        var remaining = SinkOptions(all)
        sink = try SinkFactory.makeSink(url: "kafka://\(servers)", options: &remaining, baseDirectory: "/")
        #expect(remaining.remaining.isEmpty)
        remaining = SinkOptions(all)
        settings = try KafkaSettings(url: "//\(servers)", options: &remaining, baseDirectory: "/")
    }

    /// All records of a topic, partition by partition.
    func records(_ topic: String) throws -> [Record] {
        let client = try settings.makeClient(.consumer)
        let topic = try KafkaTopic(topic, of: client)
        var records: [Record] = []
        try topic.readAll(try topic.partitions(milliseconds: 10_000), milliseconds: 10_000) { _, key, value in
            records.append(
                Record(
                    key: key.map { String(decoding: $0, as: UTF8.self) },
                    value: value.map { String(decoding: $0, as: UTF8.self) }))
        }
        return records
    }
}
