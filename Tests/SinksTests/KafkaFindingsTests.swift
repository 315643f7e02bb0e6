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

    @Test(.timeLimit(.minutes(1))) func `brokers that are not there are one clear line, soon`() throws {
        for tables in [[users], []] {
            var options = SinkOptions([:])
            let sink = try SinkFactory.makeSink(url: "kafka://127.0.0.1:1", options: &options, baseDirectory: "/")
            let error = #expect(throws: SinkError.self) { try sink.findings(for: tables) }
            #expect(error?.disposition == .retriable)
            let message = error?.message ?? ""
            #expect(message.hasPrefix("kafka://127.0.0.1:1: ") && message.contains("Connection refused"), "\(message)")
        }
    }
}
