import Foundation
import TestSupport
import Testing

/// From a real MariaDB or MySQL to a broker in a process of its own, which outlives the replicator.
@Suite(.serialized) struct KafkaCrashTests {
    @Test(arguments: [(ServerKind.mariaDB, 1), (.mariaDB, 3), (.mySQL, 3)])
    func `five kills in a mixed workload, and the topics folded by key equal the source`(
        kind: ServerKind, lanes: Int
    ) throws {
        let shop = try ShopFixture(kind)
        let kafka = try KafkaServer()
        let configuration = try shop.kafkaConfiguration(kafka.url, lanes: lanes)
        let slots = try KafkaConsumer(port: kafka.port, topic: "shop.slots")
        let customers = try KafkaConsumer(port: kafka.port, topic: "shop.customers")
        let orders = try KafkaConsumer(port: kafka.port, topic: "open_orders")
        var random = SeededRandom("Kafka crash test of \(kind) with \(lanes) lanes")
        let load = ShopLoad(shop, seed: random.next())
        defer { load.finish() }
        for _ in 0..<5 {
            let replicator = try ReplicatorProcess(["run", "-c", configuration, "--start", "earliest"])
            // Killed some records later, at a moment that nobody chose.
            let goal = slots.byteCount + Int.random(in: 1...20_000, using: &random)
            try waitUntil(timeout: 60, "more records: \(replicator.errors.suffix(1500))") {
                guard replicator.end == nil else {
                    throw TestSupportError("the replicator ended by itself: \(replicator.errors)")
                }
                return slots.byteCount >= goal
            }
            try replicator.kill()
        }
        let replicator = try ReplicatorProcess(["run", "-c", configuration])
        try load.stop()
        let (end, output, errors) = try shop.verify(configuration)
        #expect(end == .exited(0), "\(output)\n\(errors)\n\(replicator.errors.suffix(3000))")
        #expect(output.contains("events: equal (3 tables"), "\(output)")

        try shop.waitForKafka(slots, "slots", replicator)
        try shop.waitForKafka(customers, "customers", replicator)
        let open = try shop.server.query("SELECT id FROM orders WHERE status <> 'draft'", database: "shop")
        let keys = Set(open.map { "{\"order_id\":\"\($0[0] ?? "")\"}" })
        try waitUntil(timeout: 60, "the topic of open_orders") {
            let found = try Set(KafkaHistory(orders.records()).rows.keys.map { $0.filter { $0 != "\"" } })
            return found == Set(keys.map { $0.filter { $0 != "\"" } })
        }
        try replicator.stop()
        for consumer in [slots, customers, orders] {
            let (repeats, problems) = try KafkaHistory(consumer.records()).repeats()
            #expect(problems.isEmpty, "\(problems.prefix(5))")
            #expect(repeats <= 5)
        }
        // Nothing is lost on the way either: every change of a copied table is there.
        #expect(
            try KafkaHistory(slots.records()).distinctVersions.count
                == RowsOfBinlogText.changes(of: "slots", in: shop.server, kind).count)
    }

    @Test func `brokers that stall and go on under load lose nothing, and every record comes once`() throws {
        let shop = try ShopFixture()
        let kafka = try KafkaServer()
        let configuration = try shop.kafkaConfiguration(kafka.url, more: "timeout = 2")
        let slots = try KafkaConsumer(port: kafka.port, topic: "shop.slots")
        var random = SeededRandom("Kafka stalls")
        let load = ShopLoad(shop, seed: random.next())
        defer { load.finish() }
        let replicator = try ReplicatorProcess(["run", "-c", configuration, "--start", "earliest"])
        for round in 1...3 {
            let goal = slots.byteCount + Int.random(in: 1...10_000, using: &random)
            try waitUntil(timeout: 60, "more records: \(replicator.errors.suffix(1500))") { slots.byteCount >= goal }
            try kafka.stall()
            try waitUntil(timeout: 60, "the stall to be said: \(replicator.errors.suffix(1500))") {
                replicator.errors.components(separatedBy: "no acknowledgement for").count > round
            }
            kafka.resume()
        }
        try load.stop()
        let (end, output, errors) = try shop.verify(configuration)
        #expect(end == .exited(0), "\(output)\n\(errors)\n\(replicator.errors.suffix(3000))")
        try shop.waitForKafka(slots, "slots", replicator)
        try replicator.stop()
        let (_, problems) = try KafkaHistory(slots.records()).repeats()
        #expect(problems.isEmpty, "\(problems.prefix(5))")
    }

    @Test func `verify names what differs, and by which key`() throws {
        let shop = try ShopFixture()
        let kafka = try KafkaServer()
        let configuration = try shop.kafkaConfiguration(kafka.url)
        try shop.server.execute("INSERT INTO slots VALUES (1, 'a', 1), (2, 'b', 2), (3, 'c', 3)", database: "shop")
        let replicator = try ReplicatorProcess(["run", "-c", configuration, "--start", "earliest"])
        let slots = try KafkaConsumer(port: kafka.port, topic: "shop.slots")
        try shop.waitForKafka(slots, "slots", replicator)
        #expect(try shop.verify(configuration).end == .exited(0))
        func produce(_ line: String) throws {
            let file = try shop.scratch.write(line, to: "record")
            let (end, _, errors) = try Program.run(
                "kcat",
                [
                    "-P", "-b", "127.0.0.1:\(kafka.port)", "-t", "shop.slots", "-K", "\t", "-X",
                    "partitioner=murmur2_random", "-l", file,
                ])
            #expect(end == .exited(0), "\(errors)")
        }
        try produce("{\"id\":1}\t{\"op\":\"delete\",\"before\":{\"id\":1},\"after\":null}")
        try produce("{\"id\":2}\t{\"op\":\"insert\",\"before\":null,\"after\":{\"id\":2,\"code\":\"x\",\"n\":2}}")
        try produce("{\"id\":9}\t{\"op\":\"insert\",\"before\":null,\"after\":{\"id\":9,\"code\":\"y\",\"n\":2}}")
        let (end, output, errors) = try shop.verify(configuration)
        #expect(end == .exited(3), "\(output)\(errors)")
        for line in [
            "events: shop.slots: id=1: missing in the sink", "events: shop.slots: id=2: code differs",
            "events: shop.slots: id=9: not at the source",
            "events: shop.slots: 1 rows missing, 1 extra, 1 different", "events: differs",
        ] { #expect(output.contains(line), "\(output)") }
        try replicator.stop()
    }

    /// `timeout` is longer than the stop may take.
    @Test(arguments: [SIGKILL, SIGSTOP])
    func `SIGTERM ends it in time though the broker is dead, and nothing is lost`(signal: Int32) throws {
        let shop = try ShopFixture()
        var kafka = try KafkaServer()
        var configuration = try shop.kafkaConfiguration(kafka.url, more: "timeout = 60")
        var slots = try KafkaConsumer(port: kafka.port, topic: "shop.slots")
        try shop.server.execute("INSERT INTO slots VALUES (1, 'a', 1)", database: "shop")
        let replicator = try ReplicatorProcess(["run", "-c", configuration, "--start", "earliest"])
        try shop.waitForKafka(slots, "slots", replicator)
        if signal == SIGKILL { try kafka.kill() } else { try kafka.stall() }
        try shop.server.execute("INSERT INTO slots VALUES (2, 'b', 2)", database: "shop")
        let status = StatusClient(configuration: configuration)
        var pipeline: [String: Any] = [:]
        try waitUntil(timeout: 60, "a lag: \(pipeline)\(replicator.errors.suffix(1500))") {
            pipeline = try status.pipeline("events")
            return (pipeline["lag"] as? [String: Any])?["bytes"] as? Int ?? 0 > 0
        }
        let begin = ContinuousClock.now
        try replicator.stop()
        // 10 s are promised; a machine that is busy with other things gets more.
        #expect(ContinuousClock.now - begin < .seconds(20))
        if signal == SIGKILL {
            kafka = try KafkaServer()
            slots = try KafkaConsumer(port: kafka.port, topic: "shop.slots")
            configuration = try shop.kafkaConfiguration(kafka.url)
        } else {
            kafka.resume()
        }
        let again = try ReplicatorProcess(["run", "-c", configuration])
        try waitUntil(timeout: 60, "the row: \(again.errors.suffix(1500))") {
            // It may have come from what the first one sent.
            guard again.errors.contains("msg=reading") else { return false }
            return try KafkaHistory(slots.records()).rows["{\"id\":2}"] != nil
        }
        try again.stop()
    }
}
