import CRdKafka
import Rows
import TestSupport
import Testing

@testable import Sinks

/// A broker that is not librdkafka's, and checks the sequence numbers of idempotent producers: so with several requests
/// in flight, as the sink has them unless told otherwise.
struct KafkaBrokerTests {
    let users = Table("users", [("id", .int), ("name", .varchar)])
    private let broker: TansuServer
    private let fixture: KafkaTargetFixture

    init() throws {
        broker = try TansuServer()
        // Requests of 50 records each, so that there are many.
        fixture = try KafkaTargetFixture(
            servers: "127.0.0.1:\(broker.port)", options: ["kafka.batch.num.messages": "50"], timeout: 3)
    }

    private func rows(_ range: Range<Int>, at offset: UInt64 = 4) -> RowBatch {
        RowBatch(users, at: offset, range.map { .insert([.int(Int64($0)), "x"]) })
    }

    /// Makes the same call until it is done; all else than "try again" is an error.
    private func write(_ batch: RowBatch, to writer: any LaneWriter) throws {
        let checkpoint = fixture.checkpoint()
        var message = ""
        try waitUntil(timeout: 60, "the batch to be written: \(message)") {
            do {
                _ = try writer.write([batch], checkpoint: checkpoint)
                return true
            } catch let error as SinkError where error.disposition == .retriable {
                message = error.message
                return false
            }
        }
    }

    /// The ids of each partition, in its order.
    private func ids() throws -> [[Int]] {
        let client = try fixture.settings.makeClient(.consumer)
        let topic = try KafkaTopic("shop.users", of: client)
        return try topic.partitions(milliseconds: 10_000).map { partition in
            var ids: [Int] = []
            try topic.readAll([partition], milliseconds: 10_000) { _, key, _ in
                let digits = String(decoding: key ?? [], as: UTF8.self).filter(\.isNumber)
                ids.append(Int(digits) ?? -1)
            }
            return ids
        }
    }

    @Test func `what is written is read back, by us and by others`() throws {
        let writer = try fixture.makeWriter()
        try write(RowBatch(users, [.insert([1, "Ann"]), .insert([2, "Bob"]), .insert([3, "Cy"])]), to: writer)
        try write(RowBatch(users, at: 9, [.update([1, "Ann"], [4, "Ann"]), .delete([2, "Bob"])]), to: writer)
        #expect(try fixture.rows(of: users) == [["3", "Cy"], ["4", "Ann"]])
        let consumer = try KafkaConsumer(port: broker.port, topic: "shop.users")
        var records: [KafkaConsumer.Record] = []
        try waitUntil(timeout: 30, "8 records: \(records.count)") {
            records = try consumer.records()
            return records.count == 8
        }
        #expect(records.filter { $0.value == nil }.compactMap(\.key).sorted() == [#"{"id":1}"#, #"{"id":2}"#])
    }

    @Test func `requests that are refused for a while, or lose their answer, keep the order`() throws {
        let writer = try fixture.makeWriter()
        try write(rows(0..<500), to: writer)
        var random = SeededRandom("Kafka broker")
        // As the protocol numbers them: not the leader, timed out, too few replicas, storage error.
        let codes: [Int16] = [6, 7, 19, 56]
        for call in 1...12 {
            // Some pass between those that are not.
            broker.gate.meet(
                (0..<Int.random(in: 1...8, using: &random)).map { _ in
                    Int.random(in: 0..<4, using: &random) == 0
                        ? .unanswered : .refused(codes[Int.random(in: 0..<codes.count, using: &random)])
                })
            if call % 4 == 0 { broker.gate.cut() }
            try write(rows(call * 500..<(call + 1) * 500, at: UInt64(call)), to: writer)
        }
        let partitions = try ids()
        for ids in partitions { expectOrder(ids) }
        #expect(Set(partitions.flatMap(\.self)) == Set(0..<6500))
    }

    /// Where a producer was lost its batch comes again, as a whole: by their first and by their last records alike, keys
    /// are in order.
    private func expectOrder(_ ids: [Int], sourceLocation: SourceLocation = #_sourceLocation) {
        func firsts(_ ids: [Int]) -> [Int] {
            var seen: Set<Int> = []
            return ids.filter { seen.insert($0).inserted }
        }
        let last = Array(firsts(ids.reversed()).reversed())
        #expect(
            firsts(ids) == ids.sorted().reduce(into: []) { if $0.last != $1 { $0.append($1) } } as [Int],
            sourceLocation: sourceLocation)
        #expect(last == last.sorted(), sourceLocation: sourceLocation)
    }

    @Test(arguments: [
        (Int16(10), "the brokers refused a request for topic shop.users as too large"),
        (29, "the user may not write topic shop.users: kafka-acls.sh"),
        (31, "the user may not write topic shop.users: kafka-acls.sh"),
        (87, "INVALID_RECORD"),
    ])
    func `what will never be taken is one clear line with table and position, and the queue is not stuck`(
        code: Int16, text: String
    ) throws {
        let writer = try fixture.makeWriter()
        try write(rows(0..<10), to: writer)
        broker.gate.meet([.refused(code)])
        let batch = rows(10..<400, at: 777)
        let error = #expect(throws: SinkError.self) { try fixture.write(batch, to: writer) }
        #expect(error?.disposition == .fatal)
        #expect(error?.table == "shop.users")
        #expect(error?.message.hasPrefix("shop.users at binlog.000001:777, row ") == true, "\(error?.message ?? "")")
        #expect(error?.message.contains(text) == true, "\(error?.message ?? "")")
        #expect(error?.message.contains("\n") == false)
        // What a pipeline does once that is mended.
        try write(batch, to: try fixture.makeWriter())
        let folded = try fixture.rows(of: users).compactMap { $0[0].flatMap { Int($0) } }
        #expect(folded.sorted() == Array(0..<400))
        try write(rows(400..<410, at: 778), to: writer)
        #expect(try fixture.rows(of: users).count == 410)
    }

    /// It no longer knows its producers. Kafka itself takes the next record of such a producer all the same; this broker
    /// refuses it for ever, and librdkafka tries for ever: the pipeline is unhealthy until it is started again.
    @Test func `a broker that is killed and comes back empty is said to be in trouble, and the next writer goes on`()
        throws
    {
        let writer = try fixture.makeWriter()
        try write(rows(0..<500), to: writer)
        try broker.kill()
        for _ in 0..<2 {
            let error = #expect(throws: SinkError.self) { try fixture.write(rows(500..<1000, at: 5), to: writer) }
            #expect(error?.disposition == .retriable)
            #expect(error?.message.contains("kafka://127.0.0.1:\(broker.port): ") == true)
        }
        try broker.start()
        try write(rows(500..<1000, at: 5), to: try fixture.makeWriter())
        let partitions = try ids()
        for ids in partitions { expectOrder(ids) }
        #expect(Set(partitions.flatMap(\.self)) == Set(500..<1000))
    }
}
