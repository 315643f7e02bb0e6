import Rows
import TestSupport
import Testing

@testable import Sinks

struct KafkaSettingsTests {
    private func make(_ url: String = "kafka://127.0.0.1:1", _ options: [String: String] = [:], in folder: String = "/")
        throws -> any Sink
    {
        var options = SinkOptions(options)
        let sink = try SinkFactory.makeSink(url: url, options: &options, baseDirectory: folder)
        #expect(options.remaining.isEmpty)
        return sink
    }

    @Test(arguments: [
        ("kafka://a", "kafka://a:9092"), ("kafka://a:1/", "kafka://a:1"), ("kafka://a:1,b", "kafka://a:1,b:9092"),
        ("kafka://[::1]", "kafka://[::1]:9092"), ("kafka://[::1]:1,b:2", "kafka://[::1]:1,b:2"),
    ])
    func `a URL names brokers`(url: String, label: String) throws {
        #expect(try make(url).label == label)
    }

    @Test(arguments: [
        ("kafka:a", "kafka://HOST:PORT"), ("kafka://", "names no host"), ("kafka://a,,b", "names no host"),
        ("kafka://:9", "names no host"), ("kafka://a:0", "from 1 to 65535"), ("kafka://a:x", "from 1 to 65535"),
        ("kafka://u:secret@a", "password-file"), ("kafka://a/topic", "topic = {database}.{table}"),
    ])
    func `a bad URL is one clear line`(url: String, text: String) {
        let error = #expect(throws: SinkError.self) { try make(url) }
        #expect(error?.message.contains(text) == true, "\(error?.message ?? "")")
        #expect(error?.message.contains("secret") == false)
    }

    @Test(arguments: [
        (["format": "avro"], "format is json, not \"avro\""),
        (["format": "debezium"], "format = debezium is not supported yet"),
        (["tombstones": "yes"], "tombstones = yes: must be on or off"),
        (["timeout": "0"], "timeout is a whole number"),
        (["topic": ""], "topic is empty"),
        (["topic": "a b"], "cannot be in a topic's name"),
        (["topic": "{id}"], "braces hold database or table"),
        (["kafka.no.such": "1"], "No such configuration property: \"no.such\""),
        (["kafka.compression.codec": "rar"], "Invalid value \"rar\" for configuration property \"compression.codec\""),
        (["kafka.batch.size": "-1"], "batch.size"),
        (["kafka.max.in.flight": "100"], "max.in.flight"),
        (["kafka.acks": "1"], "kafka.acks cannot be set: they are always all"),
        (["kafka.enable.idempotence": "false"], "cannot be set: it is always on"),
        (["kafka.bootstrap.servers": "x"], "the brokers are in url"),
        (["kafka.message.timeout.ms": "5"], "timeout = SECONDS"),
        (["kafka.partitioner": "random"], "would lose the order"),
        (["kafka.test.mock.num.brokers": "1"], "brokers that keep nothing"),
        (["kafka.enabled_events": "0"], "acknowledgements come as events"),
        (["repartitioned": "yes"], "must be refuse or allow"),
        (["kafka.ssl.ca.location": "missing.pem", "kafka.security.protocol": "ssl"], "ssl.ca.location"),
        (["kafka.sasl.password": "s3cret", "password-file": "/x"], "both set"),
        (["password-file": "/no/such"], "password-file /no/such cannot be read"),
    ])
    func `a bad setting is refused with its reason`(options: [String: String], text: String) {
        let error = #expect(throws: SinkError.self) { try make("kafka://127.0.0.1:1", options) }
        #expect(error?.disposition == .fatal)
        #expect(error?.message.contains(text) == true, "\(error?.message ?? "")")
        #expect(error?.message.contains("\n") == false)
        #expect(error?.message.contains("s3cret") == false)
    }

    @Test func `librdkafka's properties are taken, and a password from its file`() throws {
        let folder = try ScratchFolder()
        try folder.write("s3cret\nmore", to: "password")
        let options = [
            "kafka.security.protocol": "sasl_plaintext", "kafka.sasl.mechanism": "PLAIN", "kafka.sasl.username": "me",
            "password-file": "password", "kafka.compression.codec": "lz4", "kafka.partitioner": "consistent_random",
            "kafka.linger.ms": "20", "kafka.client.id": "mine",
        ]
        _ = try make("kafka://127.0.0.1:1", options, in: folder.path)
        try folder.write("", to: "password")
        let error = #expect(throws: SinkError.self) { try make("kafka://127.0.0.1:1", options, in: folder.path) }
        #expect(error?.message.contains("no password in its first line") == true)
    }

    @Test func `secrets are known by their names`() {
        for (name, isSecret) in [
            ("sasl.password", true), ("ssl.key.password", true), ("ssl.keystore.password", true), ("ssl.key.pem", true),
            ("sasl.oauthbearer.client.secret", true), ("sasl.username", false), ("ssl.ca.location", false),
        ] {
            #expect(KafkaProperty(name: name, value: "").isSecret == isSecret, "\(name)")
        }
    }

    @Test(arguments: [
        ("{database}.{table}", "shop.users"), ("cdc-{table}_v1", "cdc-users_v1"), ("all", "all"),
    ])
    func `a template makes topics`(template: String, name: String) throws {
        #expect(try KafkaTopicTemplate(template).name(for: Table("users", [])) == name)
    }

    @Test func `a view without a database has a topic of its own name, but for a template that wants one`() throws {
        let view = Table("open_orders", [], keyCount: 0, database: "")
        #expect(try KafkaTopicTemplate.standard.name(for: view) == "open_orders")
        let template = try KafkaTopicTemplate("{database}.{table}")
        let problem = #expect(throws: KafkaTopicTemplate.Problem.self) { try template.name(for: view) }
        #expect(problem?.text.contains("names no database") == true)
    }

    @Test(arguments: ["größe", "a b", "x$", String(repeating: "x", count: 250)])
    func `a name that no topic can have is refused`(name: String) throws {
        let table = Table(name, [], keyCount: 0)
        #expect(throws: KafkaTopicTemplate.Problem.self) { try KafkaTopicTemplate("{table}").name(for: table) }
    }
}
