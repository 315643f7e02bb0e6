import CRdKafka
import Foundation
import Rows
import TestSupport
import Testing

@testable import Sinks

/// What brokers do to their clients: each test has a mock cluster of its own.
struct KafkaFaultTests {
    let users = Table("users", [("id", .int), ("name", .varchar)])

    private func rows(_ range: Range<Int>, at offset: UInt64 = 4) -> RowBatch {
        RowBatch(users, at: offset, range.map { .insert([.int(Int64($0)), "x"]) })
    }

    /// The mock does not look at the sequence numbers of an idempotent producer, by which a real broker refuses what
    /// follows on a request that failed: so one at a time.
    private static let oneRequestAtATime = ["kafka.max.in.flight": "1"]

    private func keys(_ range: Range<Int>) -> [String] { range.map { "{\"id\":\($0)}" } }

    @Test(arguments: [
        RD_KAFKA_RESP_ERR_NOT_LEADER_FOR_PARTITION, RD_KAFKA_RESP_ERR_REQUEST_TIMED_OUT,
        RD_KAFKA_RESP_ERR_NOT_ENOUGH_REPLICAS, RD_KAFKA_RESP_ERR_LEADER_NOT_AVAILABLE,
        RD_KAFKA_RESP_ERR__TRANSPORT, RD_KAFKA_RESP_ERR_KAFKA_STORAGE_ERROR,
    ])
    func `an error that passes is outlived, in order and without doubles`(error: rd_kafka_resp_err_t) throws {
        let fixture = try KafkaSinkFixture(options: Self.oneRequestAtATime)
        fixture.cluster.createTopic("shop.users", partitions: 1)
        let writer = try fixture.makeWriter()
        fixture.cluster.failProduce(error, error)
        try fixture.write(rows(0..<2000), to: writer)
        fixture.cluster.failProduce(RD_KAFKA_RESP_ERR_NO_ERROR, error)
        try fixture.write(rows(2000..<4000), to: writer)
        #expect(try fixture.records("shop.users").map(\.key) == keys(0..<4000))
    }

    @Test func `brokers that are down are retriable with the reason, and the same call goes on where it was`() throws {
        let fixture = try KafkaSinkFixture(options: Self.oneRequestAtATime, timeout: 3)
        fixture.cluster.createTopic("shop.users", partitions: 1)
        let writer = try fixture.makeWriter()
        try fixture.write(rows(0..<10), to: writer)
        fixture.cluster.setDown(true)
        let batch = rows(10..<5000)
        let checkpoint = fixture.checkpoint()
        for _ in 0..<2 {
            let error = #expect(throws: SinkError.self) { try writer.write([batch], checkpoint: checkpoint) }
            #expect(error?.disposition == .retriable)
            #expect(error?.message.contains("\(fixture.cluster.url): no acknowledgement for ") == true)
            #expect(error?.message.contains("127.0.0.1:") == true, "\(error?.message ?? "")")
            #expect(error?.message.contains("see that the brokers run") == true, "\(error?.message ?? "")")
        }
        fixture.cluster.setDown(false)
        try waitUntil("the batch to be written") {
            do {
                _ = try writer.write([batch], checkpoint: checkpoint)
                return true
            } catch let error as SinkError {
                #expect(error.disposition == .retriable)
                return false
            }
        }
        // Once each: the call was made again, the records were not.
        #expect(try fixture.records("shop.users").map(\.key) == keys(0..<5000))
    }

    @Test func `another call after one that was given up takes the older records back first`() throws {
        let fixture = try KafkaSinkFixture(timeout: 1)
        fixture.cluster.createTopic("shop.users", partitions: 1)
        let writer = try fixture.makeWriter()
        try fixture.write(rows(0..<10), to: writer)
        fixture.cluster.setDown(true)
        #expect(throws: SinkError.self) { try fixture.write(rows(10..<500), to: writer) }
        fixture.cluster.setDown(false)
        let other = RowBatch(users, at: 999, [.insert([7, "new"])])
        try waitUntil("the other batch to be written") {
            (try? fixture.write(other, to: writer)) != nil
        }
        let records = try fixture.records("shop.users")
        #expect(records.last?.key == #"{"id":7}"#)
        #expect(records.last?.value?.contains("new") == true)
    }

    @Test func `a record that is too large is named, with the setting that lets it by`() throws {
        let fixture = try KafkaSinkFixture(options: ["kafka.message.max.bytes": "20000"])
        let writer = try fixture.makeWriter()
        let large = SampleValue.bytes([UInt8](repeating: 0x78, count: 30_000))
        let batch = RowBatch(users, at: 777, [.insert([1, "Ann"]), .insert([2, large]), .insert([3, "Cy"])])
        let error = #expect(throws: SinkError.self) { try fixture.write(batch, to: writer) }
        #expect(error?.disposition == .rejected(.invalidValue))
        #expect(error?.table == "shop.users")
        let message = error?.message ?? ""
        #expect(message.hasPrefix("shop.users at binlog.000001:777, row 1: its record has 30"), "\(message)")
        #expect(
            message.contains("kafka.message.max.bytes") && message.contains("max.message.bytes of topic shop.users"))
        #expect(!message.contains("xxx"))
        // The queue is not stuck.
        try fixture.write(RowBatch(users, [.insert([3, "Cy"])]), to: writer)
        #expect(try fixture.rows(of: users).contains(["3", "Cy"]))
    }

    @Test func `brokers that are frozen are named, with how long and what to look at`() throws {
        let fixture = try KafkaSinkFixture(timeout: 1)
        fixture.cluster.createTopic("shop.users", partitions: 1)
        let writer = try fixture.makeWriter()
        try fixture.write(rows(0..<10), to: writer)
        fixture.cluster.setRoundTrip(milliseconds: 60_000)
        let batch = rows(10..<13)
        let checkpoint = fixture.checkpoint()
        var seconds: [Int] = []
        for _ in 0..<2 {
            let error = #expect(throws: SinkError.self) { try writer.write([batch], checkpoint: checkpoint) }
            let message = error?.message ?? ""
            #expect(message.hasPrefix("\(fixture.cluster.url): no acknowledgement for "), "\(message)")
            #expect(message.contains(" s of 3 records, which wait in order"), "\(message)")
            #expect(message.contains("the brokers take connections and do not answer; see that"), "\(message)")
            let words = message.split(separator: " ")
            if let index = words.firstIndex(of: "for") { seconds.append(Int(words[index + 1]) ?? -1) }
        }
        let asked = #expect(throws: SinkError.self) { try fixture.sink.findings(for: [users]) }
        #expect(asked?.disposition == .retriable)
        #expect(
            asked?.message.hasPrefix("\(fixture.cluster.url): no broker has answered within 1 s (timeout)") == true,
            "\(asked?.message ?? "")")
        // It counts on.
        #expect(seconds.count == 2 && seconds[0] >= 1 && seconds[1] > seconds[0], "\(seconds)")
    }

    @Test func `a request that brokers refuse as too large is named by its largest record`() throws {
        let fixture = try KafkaSinkFixture()
        fixture.cluster.createTopic("shop.users", partitions: 1)
        let writer = try fixture.makeWriter()
        fixture.cluster.failProduce(RD_KAFKA_RESP_ERR_MSG_SIZE_TOO_LARGE)
        let large = SampleValue.bytes([UInt8](repeating: 0x78, count: 3000))
        let error = #expect(throws: SinkError.self) {
            try fixture.write(RowBatch(users, [.insert([2, large])]), to: writer)
        }
        #expect(error?.disposition == .fatal)
        #expect(
            error?.message.contains("row 0: the brokers refused a request for topic shop.users as too large") == true)
        #expect(error?.message.contains("kafka.batch.size") == true)
        try fixture.write(rows(0..<100), to: writer)
        #expect(try fixture.records("shop.users").map(\.key) == keys(0..<100))
    }

    @Test(arguments: [
        // Metadata with this error and partitions, as the mock answers, would be waited upon for ever.
        (RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED, "the user may not write topic shop.users"),
        (RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART, "there is no topic shop.users, and the brokers do not make one"),
        // Where librdkafka learns this error depends on time: before the first record, or with it, or only that there is no
        // such topic.
        (RD_KAFKA_RESP_ERR_TOPIC_EXCEPTION, "topic shop.users"),
    ])
    func `a topic that cannot be written stops in one clear line`(error: rd_kafka_resp_err_t, text: String) throws {
        // How long a topic may take to become known to all brokers: 30 s unless set.
        let fixture = try KafkaSinkFixture(
            options: ["kafka.topic.metadata.propagation.max.ms": "500"], timeout: 2)
        fixture.cluster.createTopic("shop.users", partitions: 1)
        fixture.cluster.setError(error, ofTopic: "shop.users")
        let thrown = #expect(throws: SinkError.self) { try fixture.write(rows(0..<10)) }
        #expect(thrown?.disposition == .fatal)
        let message = thrown?.message ?? ""
        let isTimed = error == RD_KAFKA_RESP_ERR_TOPIC_EXCEPTION
        #expect(message.contains("shop.users at binlog.000001:4, row 0: ") || isTimed, "\(message)")
        #expect(message.contains(text), "\(message)")
        #expect(!message.contains("\n"))
    }

    @Test func `a topic that may be seen but not written stops in one clear line`() throws {
        let fixture = try KafkaSinkFixture()
        fixture.cluster.createTopic("shop.users", partitions: 1)
        fixture.cluster.failProduce(RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED)
        let thrown = #expect(throws: SinkError.self) { try fixture.write(rows(0..<10)) }
        #expect(thrown?.disposition == .fatal)
        #expect(thrown?.message.contains("row 0: the user may not write topic shop.users") == true)
    }

    @Test func `a producer that has lost its place is replaced, and all of the batch is produced again in order`()
        throws
    {
        let fixture = try KafkaSinkFixture()
        fixture.cluster.createTopic("shop.users", partitions: 1)
        let writer = try fixture.makeWriter()
        try fixture.write(rows(0..<10), to: writer)
        fixture.cluster.failProduce(RD_KAFKA_RESP_ERR_OUT_OF_ORDER_SEQUENCE_NUMBER)
        let batch = rows(10..<20)
        let checkpoint = fixture.checkpoint()
        var failures: [SinkError] = []
        try waitUntil("the batch to be written") {
            do {
                _ = try writer.write([batch], checkpoint: checkpoint)
                return true
            } catch let error as SinkError {
                failures.append(error)
                return false
            }
        }
        #expect(failures.count == 1)
        #expect(failures.first?.disposition == .retriable)
        #expect(failures.first?.message.contains("the producer cannot go on, a new one begins") == true, "\(failures)")
        // Requests of the first attempt that came through beside the refused one stand in the topic too.
        #expect(try Array(fixture.records("shop.users").map(\.key).suffix(10)) == keys(10..<20))
    }

    @Test func `errors at random lose nothing and keep each key's order`() throws {
        let fixture = try KafkaSinkFixture(options: Self.oneRequestAtATime, timeout: 2)
        let writer = try fixture.makeWriter()
        var random = SeededRandom("Kafka errors")
        let errors = [
            RD_KAFKA_RESP_ERR_NOT_LEADER_FOR_PARTITION, RD_KAFKA_RESP_ERR_REQUEST_TIMED_OUT,
            RD_KAFKA_RESP_ERR__TRANSPORT, RD_KAFKA_RESP_ERR_NO_ERROR, RD_KAFKA_RESP_ERR_NOT_ENOUGH_REPLICAS,
        ]
        var expected: [Int64: String] = [:]
        for call in UInt64(1)...30 {
            for _ in 0..<Int.random(in: 0..<3, using: &random) {
                fixture.cluster.failProduce(errors[Int.random(in: 0..<errors.count, using: &random)])
            }
            let changes = (0..<200).map { index -> SampleChange in
                let id = Int64.random(in: 0..<40, using: &random)
                let value = "\(call).\(index)"
                if Int.random(in: 0..<4, using: &random) == 0 {
                    expected[id] = nil
                    return .delete([.int(id), ""])
                }
                expected[id] = value
                return .insert([.int(id), .bytes(Array(value.utf8))])
            }
            let batch = RowBatch(users, at: call, changes)
            let checkpoint = fixture.checkpoint()
            try waitUntil(timeout: 60, "call \(call)") {
                do {
                    _ = try writer.write([batch], checkpoint: checkpoint)
                    return true
                } catch let error as SinkError {
                    #expect(error.disposition == .retriable, "\(error)")
                    return false
                }
            }
        }
        #expect(
            try fixture.rows(of: users) == expected.map { ["\($0.key)", $0.value] }.sorted { "\($0)" < "\($1)" })
    }
}
