import Foundation
import TestSupport
import Testing

/// From a real MariaDB to a broker that is not librdkafka's, over a network that fails.
@Suite(.serialized) struct KafkaBrokerTests {
    /// As the protocol numbers them.
    private let passing: [Int16] = [6, 7, 19, 56]

    @Test func `faults of broker, network and replicator under load, and the topics equal the source`() throws {
        let shop = try ShopFixture()
        let broker = try TansuServer()
        let configuration = try shop.kafkaConfiguration(broker.url, more: "timeout = 2\nkafka.batch.num.messages = 20")
        var random = SeededRandom("Kafka broker under load")
        let load = ShopLoad(shop, seed: random.next())
        defer { load.finish() }
        var replicator = try ReplicatorProcess(["run", "-c", configuration, "--start", "earliest"])
        let status = StatusClient(configuration: configuration)
        /// Waits until so many more rows are acknowledged.
        func wait(rows: Int) throws {
            func total() -> Int { (try? status.pipeline("events")["rows"] as? [String: Any])?["total"] as? Int ?? 0 }
            let goal = total() + rows
            try waitUntil(timeout: 60, "more rows: \(replicator.errors.suffix(1500))") {
                guard replicator.end == nil else { throw TestSupportError("it has ended: \(replicator.errors)") }
                return total() >= goal
            }
        }
        for round in 0..<8 {
            try wait(rows: Int.random(in: 1...300, using: &random))
            switch round % 4 {
            case 0: broker.gate.meet((0..<5).map { _ in .refused(passing.randomElement(using: &random) ?? 6) })
            case 1: broker.gate.meet([.unanswered])
            case 2: broker.gate.cut()
            default:
                try replicator.kill()
                replicator = try ReplicatorProcess(["run", "-c", configuration])
            }
        }
        try wait(rows: 200)
        #expect(broker.gate.openFateCount == 0)
        try load.stop()
        let (end, output, errors) = try shop.verify(configuration)
        #expect(end == .exited(0), "\(output)\n\(errors)\n\(replicator.errors.suffix(3000))")
        let slots = try KafkaConsumer(port: broker.port, topic: "shop.slots")
        try shop.waitForKafka(slots, "slots", replicator)
        try replicator.stop()
        let history = try KafkaHistory(slots.records())
        let (repeats, problems) = history.repeats()
        #expect(problems.isEmpty, "\(problems.prefix(5))")
        // The crashes; what else went wrong repeats nothing.
        #expect(repeats <= 2)
        #expect(
            try history.distinctVersions.count == RowsOfBinlogText.changes(of: "slots", in: shop.server).count)
    }

    @Test func `a broker that stops and comes back, empty, is written on; beginning anew makes it equal`() throws {
        let shop = try ShopFixture()
        let broker = try TansuServer()
        let configuration = try shop.kafkaConfiguration(broker.url, more: "timeout = 2")
        var workload = try ShopWorkload(shop.server, SeededRandom("Kafka broker restarts"))
        let status = StatusClient(configuration: configuration)
        var replicator = try ReplicatorProcess(["run", "-c", configuration, "--start", "earliest"])
        for isKilled in [true, false] {
            try workload.run(transactions: 60)
            try waitUntil(timeout: 60, "rows: \(replicator.errors.suffix(1500))") {
                let rows = (try? status.pipeline("events"))?["rows"] as? [String: Any]
                return rows?["total"] as? Int ?? 0 > 20
            }
            if isKilled { try broker.kill() } else { try broker.stop() }
            try workload.run(transactions: 20)
            try status.wait("events", "unhealthy", timeout: 60)
            let message = (try status.pipeline("events")["last_error"] as? [String: Any])?["message"] as? String
            #expect(message?.contains("\(broker.url): ") == true, "\(message ?? "")")
            try broker.start()
            // It has forgotten the producer, which only a new one gets over.
            try replicator.stop()
            replicator = try ReplicatorProcess(["run", "-c", configuration])
            try status.wait("events", "running", timeout: 60)
        }
        let slots = try KafkaConsumer(port: broker.port, topic: "shop.slots")
        try shop.server.execute("REPLACE INTO slots VALUES (77, 'last', 7)", database: "shop")
        try waitUntil(timeout: 60, "the last row: \(replicator.errors.suffix(1500))") {
            try KafkaHistory(slots.records()).rows["{\"id\":77}"] != nil
        }
        try replicator.stop()
        // The broker lost what it had acknowledged; the log has all of it.
        replicator = try ReplicatorProcess(
            ["run", "-c", configuration, "--start", "earliest", "--reset-checkpoint"])
        try shop.waitForKafka(slots, "slots", replicator)
        let (end, output, errors) = try shop.verify(configuration)
        #expect(end == .exited(0), "\(output)\n\(errors)\n\(replicator.errors.suffix(3000))")
        try replicator.stop()
    }

    @Test(arguments: [
        (Int16(10), "as too large"), (29, "may not write topic shop.slots"),
    ])
    func `a refusal fails the pipeline, status says why, and resume loses nothing`(code: Int16, text: String) throws {
        let shop = try ShopFixture()
        let broker = try TansuServer()
        // With a second pipeline the process goes on.
        let configuration = try shop.kafkaConfiguration(broker.url, sinks: ["cache"])
        let slots = try KafkaConsumer(port: broker.port, topic: "shop.slots")
        let replicator = try ReplicatorProcess(["run", "-c", configuration, "--start", "earliest"])
        let status = StatusClient(configuration: configuration)
        try shop.server.execute("INSERT INTO slots VALUES (1, 'a', 1)", database: "shop")
        try shop.waitForKafka(slots, "slots", replicator)
        broker.gate.meet([.refused(code)])
        try shop.server.execute("INSERT INTO slots VALUES (2, 'b', 2)", database: "shop")
        try status.wait("events", "failed")
        let message = (try status.pipeline("events")["last_error"] as? [String: Any])?["message"] as? String ?? ""
        #expect(message.contains("shop.slots at binlog.000001:") && message.contains(text), "\(message)")
        #expect(try status.state("cache") == "running")
        #expect(try status.command("resume", "events").contains("events: resumed at"))
        try shop.waitForKafka(slots, "slots", replicator)
        try replicator.stop()
    }
}
