/// What is wrong with a topic or a record, and how to mend it: one line each, without row data.
enum KafkaAdvice {
    /// Brokers from which nothing comes.
    static func silent(
        _ settings: KafkaSettings, seconds: Int64, recordCount: Int, _ trouble: String?
    ) -> String {
        let what = trouble ?? "the brokers take connections and do not answer"
        return
            "\(settings.address.label): no acknowledgement for \(seconds) s of \(recordCount) records, which wait in order "
            + "and go out when brokers answer: \(what); see that the brokers run, are not stopped or out of disk, and have "
            + "as many replicas in sync as min.insync.replicas asks for"
    }

    /// Brokers that were asked, and say nothing, though not all of them are known to be down.
    static func unanswered(_ settings: KafkaSettings, seconds: Int32, _ trouble: String?) -> String {
        "\(settings.address.label): no broker has answered within \(seconds) s (timeout)"
            + (trouble.map { ": \($0)" } ?? "")
            + "; see that the brokers run and are not stopped, and that url is right"
    }

    static func notAllowed(topic: String, _ settings: KafkaSettings, _ reason: String) -> String {
        "the user may not write topic \(topic): kafka-acls.sh --bootstrap-server \(settings.address.servers) --add "
            + "--allow-principal User:… --producer --topic \(topic) (\(reason))"
    }

    static func unknownTopic(_ topic: String, _ settings: KafkaSettings, _ reason: String) -> String {
        "there is no topic \(topic), and the brokers do not make one: kafka-topics.sh --bootstrap-server "
            + "\(settings.address.servers) --create --topic \(topic) (\(reason))"
    }

    /// A record that librdkafka did not take.
    static func tooLarge(byteCount: Int, topic: String) -> String {
        "its record has \(byteCount) bytes, more than kafka.message.max.bytes allows (1000000 unless set): raise it, and "
            + "max.message.bytes of topic \(topic)"
    }

    /// A request that the brokers did not take; the record is the largest one in it.
    static func requestTooLarge(byteCount: Int, topic: String) -> String {
        "the brokers refused a request for topic \(topic) as too large; its largest record, this one, has \(byteCount) "
            + "bytes: raise the topic's max.message.bytes, or have requests made smaller with kafka.batch.size"
    }

    /// A topic that does not take what the client lets through.
    static func smallTopic(_ topic: String, _ settings: KafkaSettings, limit: Int) -> String {
        "topic \(topic) takes at most \(limit) bytes at once (max.message.bytes), and records of \(settings.largestRecord) are "
            + "let through (kafka.message.max.bytes): kafka-configs.sh --bootstrap-server \(settings.address.servers) "
            + "--alter --entity-type topics --entity-name \(topic) --add-config "
            + "max.message.bytes=\(settings.largestRecord + recordOverhead); or set kafka.message.max.bytes = \(limit)"
    }

    /// Of a record's batch, besides the record.
    private static let recordOverhead = 1_000

    static func compactedTopic(_ topic: String, _ table: String, _ settings: KafkaSettings) -> String {
        "topic \(topic) is compacted and takes no records without a key, and \(table) has none: give the table a primary "
            + "key, or kafka-configs.sh --bootstrap-server \(settings.address.servers) --alter --entity-type topics "
            + "--entity-name \(topic) --add-config cleanup.policy=delete"
    }

    /// A topic whose partition begins at an offset other than 0. `set`: its settings, where brokers tell.
    static func cutTopic(
        _ topic: String, _ partition: Int32, _ beginning: Int64, _ set: [String: String]?, _ settings: KafkaSettings
    ) -> String {
        let told = ["cleanup.policy", "retention.ms", "retention.bytes"].compactMap { name in
            set?[name].map { "\(name)=\($0)" }
        }
        let why = told.isEmpty ? "cleanup.policy=delete, unless someone did it by hand" : told.joined(separator: ", ")
        return
            "topic \(topic) has lost its beginning: partition \(partition) starts at offset \(beginning) (\(why)), so "
            + "rows that have not changed since are not in it. To keep the last record of each key: kafka-configs.sh "
            + "--bootstrap-server \(settings.address.servers) --alter --entity-type topics --entity-name \(topic) "
            + "--add-config cleanup.policy=compact, and begin anew with run --start earliest --reset-checkpoint"
    }

    static func repartitioned(_ topic: String, _ settings: KafkaSettings, count: Int) -> String {
        "topic \(topic) has \(count) partitions, and records in others than their keys' own: it was given more partitions, "
            + "kafka.partitioner is another, or others write it. Newer records of a key would come apart from its older "
            + "ones, and their order be lost: name a new topic (topic = …), or kafka-topics.sh --bootstrap-server "
            + "\(settings.address.servers) --delete --topic \(topic), and begin anew with --start earliest "
            + "--reset-checkpoint; or take it as it is with repartitioned = allow"
    }
}
