/// What is wrong with a topic or a record, and how to mend it: one line each, without row data.
enum KafkaAdvice {
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
}
