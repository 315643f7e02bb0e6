import CRdKafka
import Rows
import TestSupport
import Testing

@testable import Sinks

struct KafkaFindingsTests {
    let users = Table("users", [("id", .int)])

    @Test func `topics that are there, and such as brokers make, have none`() throws {
        let fixture = try KafkaSinkFixture()
        fixture.cluster.createTopic("shop.users", partitions: 1)
        #expect(try fixture.sink.findings(for: [users, Table("orders", [("id", .int)], keyCount: 0)]) == [])
        #expect(try fixture.sink.findings(for: []) == [])
    }

    @Test func `a topic that may not be written is found`() throws {
        let fixture = try KafkaSinkFixture()
        fixture.cluster.createTopic("shop.users", partitions: 1)
        fixture.cluster.setError(RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED, ofTopic: "shop.users")
        let findings = try fixture.sink.findings(for: [users])
        #expect(findings.count == 1)
        #expect(findings.first?.contains("the user may not write topic shop.users: kafka-acls.sh") == true)
    }

    @Test func `tables that would share a topic are found`() throws {
        let fixture = try KafkaSinkFixture(options: ["topic": "{table}"])
        let findings = try fixture.sink.findings(for: [users, Table("users", [("id", .int)], database: "other")])
        #expect(findings.count == 1)
        #expect(findings.first?.contains("shop.users and other.users would get the same topic") == true)
    }

    @Test(.timeLimit(.minutes(5))) func `brokers that are not there are one clear line, soon`() throws {
        for tables in [[users], []] {
            var options = SinkOptions([:])
            let sink = try SinkFactory.makeSink(url: "kafka://127.0.0.1:1", options: &options, baseDirectory: "/")
            let error = #expect(throws: SinkError.self) { try sink.findings(for: tables) }
            #expect(error?.disposition == .retriable)
            let message = error?.message ?? ""
            #expect(message.hasPrefix("kafka://127.0.0.1:1: ") && message.contains("Connection refused"), "\(message)")
        }
    }

    @Test func `records in other partitions than their keys' own are found, unless they may be`() throws {
        let cluster = try KafkaMockCluster()
        cluster.createTopic("shop.users", partitions: 4)
        // As if it had been written with fewer partitions: keys are where they would not be put now.
        let other = try KafkaSinkFixture(cluster, options: ["kafka.partitioner": "consistent"])
        try other.write(RowBatch(users, (0..<40).map { .insert([.int($0)]) }))
        #expect(try other.sink.findings(for: [users]) == [])
        let fixture = try KafkaSinkFixture(cluster)
        let findings = try fixture.sink.findings(for: [users])
        #expect(findings.count == 1)
        #expect(findings.first?.contains("topic shop.users has 4 partitions, and records in others") == true)
        #expect(findings.first?.contains("kafka-topics.sh --bootstrap-server \(cluster.servers) --delete") == true)
        let allowing = try KafkaSinkFixture(cluster, options: ["repartitioned": "allow"])
        #expect(try allowing.sink.findings(for: [users]) == [])
        // Then verify cannot tell which record of a key is the last, and says so.
        try fixture.write(RowBatch(users, (0..<40).map { .insert([.int($0)]) }))
        let error = #expect(throws: SinkError.self) { try fixture.rows(of: users) }
        #expect(error?.message.contains("records of one key in several partitions") == true)
    }

    @Test func `a topic that takes less than is let through, or is compacted below a table without a key, is found`()
        throws
    {
        let broker = try TansuServer()
        let servers = "127.0.0.1:\(broker.port)"
        try Self.createTopic("shop.users", ["max.message.bytes": "5000", "cleanup.policy": "compact"], servers)
        try Self.createTopic("shop.log", ["cleanup.policy": "compact"], servers)
        let log = Table("log", [("text", .varchar)], keyCount: 0)
        let findings = try KafkaTargetFixture(servers: servers).sink.findings(for: [users, log])
        #expect(findings.count == 2, "\(findings)")
        #expect(findings.first?.contains("topic shop.log is compacted and takes no records without a key") == true)
        #expect(findings.last?.contains("topic shop.users takes at most 5000 bytes") == true)
        #expect(findings.last?.contains("--add-config max.message.bytes=1001000") == true)
        let options = ["kafka.message.max.bytes": "4000"]
        #expect(try KafkaTargetFixture(servers: servers, options: options).sink.findings(for: [users]) == [])
    }

    private static func createTopic(_ name: String, _ settings: [String: String], _ servers: String) throws {
        let configuration = rd_kafka_conf_new()
        rd_kafka_conf_set(configuration, "bootstrap.servers", servers, nil, 0)
        let client = try #require(rd_kafka_new(RD_KAFKA_PRODUCER, configuration, nil, 0))
        defer { rd_kafka_destroy(client) }
        let topic = rd_kafka_NewTopic_new(name, 2, 1, nil, 0)
        defer { rd_kafka_NewTopic_destroy(topic) }
        for (name, value) in settings { rd_kafka_NewTopic_set_config(topic, name, value) }
        let queue = rd_kafka_queue_new(client)
        defer { rd_kafka_queue_destroy(queue) }
        var topics = [topic]
        rd_kafka_CreateTopics(client, &topics, 1, nil, queue)
        let event = try #require(rd_kafka_queue_poll(queue, 20_000))
        defer { rd_kafka_event_destroy(event) }
        #expect(rd_kafka_event_error(event) == RD_KAFKA_RESP_ERR_NO_ERROR)
    }
}
