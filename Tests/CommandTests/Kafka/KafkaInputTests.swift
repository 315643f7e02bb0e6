import Foundation
import TestSupport
import Testing

/// What is wrong with a Kafka sink's settings, or its brokers, is one clear line.
@Suite struct KafkaInputTests {
    @Test(arguments: [
        ("kafka.no.such = 1\nkafka.zstd = x", 5, "No such configuration property: \"no.such\""),
        ("kafka.linger.ms = 5\nkafka.compression.codec = rar", 6, "Invalid value \"rar\""),
        ("kafka.max.in.flight = 100\nkafka.linger.ms = 5", 5, "max.in.flight"),
        ("topic = {table}\nkafka.acks = 1", 6, "kafka.acks cannot be set: they are always all"),
        ("kafka.enable.idempotence = false\n", 5, "it is always on"),
    ])
    func `a property that is unknown or refused is named with file and line`(
        lines: String, line: Int, text: String
    ) throws {
        let scratch = try ScratchFolder()
        let path = try scratch.write(
            "[source]\nurl = mysql://r@127.0.0.1:1\n[sink x]\nurl = kafka://127.0.0.1:1\n\(lines)\n",
            to: "replicator.conf")
        for command in [["run", "-c", path, "--start", "latest"], ["check", "-c", path], ["verify", "-c", path]] {
            let (end, output, errors) = try ReplicatorProcess.run(command)
            #expect(end == .exited(2))
            #expect(errors.contains("\(path):\(line):") && errors.contains(text), "\(output)\(errors)")
            #expect(errors.split(separator: "\n").count == 1, "\(errors)")
        }
    }

    @Test func `brokers that nobody knows are named by check, and in status while run waits for them`() throws {
        let shop = try ShopFixture()
        let path = try shop.kafkaConfiguration("kafka://127.0.0.1:1", sinks: ["cache"])
        let (end, output, errors) = try ReplicatorProcess.run(["check", "-c", path])
        #expect(end == .exited(3))
        let lines = (output + errors).split(separator: "\n").filter {
            $0.contains("sink events: kafka://127.0.0.1:1: ")
        }
        #expect(lines.count == 1 && lines[0].contains("Connection refused"), "\(output)\(errors)")
        let run = try ReplicatorProcess(["run", "-c", path, "--start", "earliest"])
        let status = StatusClient(configuration: path)
        try shop.server.execute("INSERT INTO slots VALUES (1, 'a', 1)", database: "shop")
        try status.wait("events", "unhealthy", timeout: 60)
        try status.wait("cache", "running", timeout: 60)
        let message = (try status.pipeline("events")["last_error"] as? [String: Any])?["message"] as? String ?? ""
        #expect(message.contains("kafka://127.0.0.1:1: ") && message.contains("Connection refused"), "\(message)")
        try run.stop()
    }
}
