/// The settings of a `[sink]` section for Kafka.
struct KafkaSettings: Sendable {
    let address: KafkaAddress
    let topic: KafkaTopicTemplate
    /// `tombstones = on | off`: whether a record without a value follows each delete.
    let writesTombstones: Bool
    /// `timeout = SECONDS`: how long is waited for an acknowledgement before the pipeline is said to be in trouble.
    var timeoutMilliseconds: Int32
    /// `repartitioned = refuse | allow`: whether topics may hold records in other partitions than their keys' own.
    let refusesRepartitioned: Bool
    /// `kafka.NAME = VALUE`, as given.
    private let properties: [KafkaProperty]
    /// `password-file = FILE`, absolute; nil for none.
    private let passwordFile: String?

    /// Takes the settings that are given. `rest` is what follows `kafka:` in the URL. Connects to nothing.
    init(url rest: String, options: inout SinkOptions, baseDirectory: String) throws(SinkError) {
        address = try KafkaAddress(url: rest)
        if let format = options.take("format"), format != "json" {
            let isToCome = ["debezium", "canal", "maxwell"].contains(format)
            throw SinkError(
                .fatal,
                isToCome
                    ? "format = \(format) is not supported yet; there is json" : "format is json, not \"\(format)\"")
        }
        topic = if let text = options.take("topic") { try KafkaTopicTemplate(text) } else { .standard }
        writesTombstones = try options.takeChoice("tombstones", "on", "off") == "on"
        let timeout = options.take("timeout") ?? "10"
        guard let seconds = Int32(timeout), (1...3600).contains(seconds) else {
            throw SinkError(.fatal, "timeout is a whole number of seconds from 1 to 3600, not \"\(timeout)\"")
        }
        timeoutMilliseconds = seconds * 1000
        passwordFile = options.take("password-file").map { SinkFactory.absolute($0, baseDirectory) }
        refusesRepartitioned = try options.takeChoice("repartitioned", "refuse", "allow") == "refuse"
        var properties: [KafkaProperty] = []
        for key in options.remaining.keys.sorted() where key.hasPrefix("kafka.") {
            let property = KafkaProperty(name: String(key.dropFirst(6)), value: options.take(key) ?? "")
            try Self.check(property, hasPasswordFile: passwordFile != nil)
            properties.append(property.withPath(in: baseDirectory))
        }
        self.properties = properties
        do throws(SinkError) {
            try checkTogether()
        } catch {
            // Each is good by itself; the text names one of those that contradict each other.
            if let property = properties.first(where: { error.message.contains($0.name) }) {
                options.blame("kafka.\(property.name)")
            }
            throw error
        }
    }

    /// A client with these settings. It connects in the background.
    func makeClient(_ kind: KafkaClient.Kind) throws(SinkError) -> KafkaClient {
        try makeClient(kind, servers: address.servers)
    }

    private func makeClient(_ kind: KafkaClient.Kind, servers: String?) throws(SinkError) -> KafkaClient {
        var values = Self.common.merging(kind == .producer ? Self.producer : Self.consumer) { $1 }
        for property in properties { values[property.name] = property.value }
        if let password = try password() { values["sasl.password"] = password }
        values["bootstrap.servers"] = servers
        do throws(KafkaError) {
            return try KafkaClient(kind, values.map { KafkaProperty(name: $0.key, value: $0.value) })
        } catch {
            throw SinkError(.fatal, "kafka.…: \(error.reason)")
        }
    }

    private static let common = [
        "client.id": "replicator",
        // What librdkafka has to say comes as events; without this it would print to stderr.
        "log.queue": "true",
        "log_level": "4",
        "socket.keepalive.enable": "true",
        // Found again soon when they are back.
        "reconnect.backoff.max.ms": "2000",
    ]

    private static let producer = [
        "enable.idempotence": "true",
        "acks": "all",
        // Records wait for ever, in order: a record that is given up in the client may stand in the topic anyhow, or
        // come to stand there after newer ones.
        "message.timeout.ms": "0",
        // As Java's clients choose partitions.
        "partitioner": "murmur2_random",
        // Records are gathered here already; waiting for more would only delay a single one.
        "linger.ms": "0",
        "queue.buffering.max.messages": "100000",
        "queue.buffering.max.kbytes": "65536",
    ]

    private static let consumer = [
        "enable.partition.eof": "true",
        // That there is nothing more is told this soon.
        "fetch.wait.max.ms": "10",
        "allow.auto.create.topics": "false",
    ]

    /// The value of a property as it is given; of names that mean the same, the first that is.
    func value(of names: String...) -> String? {
        names.lazy.compactMap { name in properties.last { $0.name == name }?.value }.first
    }

    /// The largest record that is sent: `message.max.bytes`, and 1000000 unless set.
    var largestRecord: Int { value(of: "message.max.bytes").flatMap { Int($0) } ?? 1_000_000 }

    /// How partitions are chosen.
    var partitioner: String { value(of: "partitioner") ?? Self.producer["partitioner"] ?? "" }

    /// Properties that the sink's promises rest on, and what to do instead of setting them.
    private static let owned = [
        "bootstrap.servers": "the brokers are in url = kafka://…",
        "metadata.broker.list": "the brokers are in url = kafka://…",
        "enable.idempotence": "it is always on",
        "acks": "they are always all",
        "request.required.acks": "they are always all",
        "message.timeout.ms": "records wait until they are acknowledged; timeout = SECONDS says when that is trouble",
        "delivery.timeout.ms": "records wait until they are acknowledged; timeout = SECONDS says when that is trouble",
        "transactional.id": "exactly-once delivery is not supported yet",
        "delivery.report.only.error": "every acknowledgement is counted",
        "queuing.strategy": "records keep their order",
        "enable.partition.eof": "reading back needs it",
        "enabled_events": "acknowledgements come as events",
        "allow.auto.create.topics": "brokers make topics or not: their setting auto.create.topics.enable",
        "test.mock.num.brokers": "records would go to brokers that keep nothing",
        "log.queue": "librdkafka's messages are part of ours",
    ]

    private static func check(_ property: KafkaProperty, hasPasswordFile: Bool) throws(SinkError) {
        if let reason = owned[property.name] {
            throw SinkError(.fatal, "kafka.\(property.name) cannot be set: \(reason)")
        }
        if property.name == "partitioner", property.value == "random" {
            throw SinkError(.fatal, "kafka.partitioner = random would lose the order of a row's changes")
        }
        if property.name == "sasl.password", hasPasswordFile {
            throw SinkError(.fatal, "password-file and kafka.sasl.password are both set; keep password-file")
        }
        do throws(KafkaError) {
            try KafkaClient.check(property)
        } catch {
            throw SinkError(.fatal, "kafka.\(property.name): \(error.reason)")
        }
    }

    /// Has librdkafka check the properties, each and together, by making a client that has no broker to connect to.
    private func checkTogether() throws(SinkError) {
        _ = try makeClient(.producer, servers: nil)
    }

    private func password() throws(SinkError) -> String? {
        guard let passwordFile else { return nil }
        guard let text = String(validating: try PasswordFile.password(passwordFile), as: UTF8.self) else {
            throw SinkError(.fatal, "password-file \(passwordFile): its first line is not text")
        }
        return text
    }
}

extension KafkaProperty {
    /// The names of certificate and key files are relative to the configuration's folder, as all paths are.
    fileprivate func withPath(in baseDirectory: String) -> KafkaProperty {
        guard name.hasPrefix("ssl."), name.hasSuffix(".location"), value != "probe", !value.isEmpty else { return self }
        return KafkaProperty(name: name, value: SinkFactory.absolute(value, baseDirectory))
    }
}
