import Foundation
import TestSupport
import Testing

/// What `verify` says of topics that cannot hold what they were given.
@Suite(.serialized) struct KafkaVerifyTests {
    @Test func `a topic that has lost its beginning is said to be why rows are missing`() throws {
        let shop = try ShopFixture()
        // Keeps 5 MB of each of 4 partitions.
        let broker = try KafkaServer()
        let configuration = try shop.kafkaConfiguration(broker.url)
        let run = try ReplicatorProcess(["run", "-c", configuration, "--start", "earliest"])
        try shop.server.execute("INSERT INTO slots VALUES (1, 'a', 1)", database: "shop")
        var (end, output, errors) = try shop.verify(configuration)
        #expect(end == .exited(0), "\(output)\(errors)")
        try shop.server.execute(
            """
            INSERT INTO orders SELECT seq, 1, 'open', 1, 1, '', NOW(6), 1, REPEAT('x', 60000) FROM seq_1_to_600
            """, database: "shop")
        (end, output, errors) = try shop.verify(configuration)
        #expect(end == .exited(3), "\(output)\(errors)\(run.errors)")
        let lines = output.split(separator: "\n").filter { $0.contains("has lost its beginning: partition ") }
        #expect(lines.count == 1, "\(output)")
        for part in [
            "events: open_orders: topic open_orders has lost", "--add-config cleanup.policy=compact", "at offset ",
            "--reset-checkpoint --sink events",
        ] {
            #expect(lines.first?.contains(part) == true, "\(output)")
        }
        try run.stop()
    }
}
