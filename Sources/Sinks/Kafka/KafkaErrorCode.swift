import CRdKafka

/// An error of librdkafka: one of its own (negative) or of the broker (positive, as in the protocol's list of error
/// codes).
struct KafkaErrorCode: RawRepresentable, Equatable, Sendable {
    let rawValue: Int32

    init(rawValue: Int32) {
        self.rawValue = rawValue
    }

    init(_ code: rd_kafka_resp_err_t) {
        rawValue = code.rawValue
    }

    static let none = KafkaErrorCode(RD_KAFKA_RESP_ERR_NO_ERROR)
    static let queueFull = KafkaErrorCode(RD_KAFKA_RESP_ERR__QUEUE_FULL)
    static let purged = KafkaErrorCode(RD_KAFKA_RESP_ERR__PURGE_QUEUE)
    static let unknownHost = KafkaErrorCode(RD_KAFKA_RESP_ERR__RESOLVE)
    static let allBrokersDown = KafkaErrorCode(RD_KAFKA_RESP_ERR__ALL_BROKERS_DOWN)
    static let endOfPartition = KafkaErrorCode(RD_KAFKA_RESP_ERR__PARTITION_EOF)
    static let unknownTopic = KafkaErrorCode(RD_KAFKA_RESP_ERR__UNKNOWN_TOPIC)
    static let timedOut = KafkaErrorCode(RD_KAFKA_RESP_ERR__TIMED_OUT)

    /// What an error means for the records that it befell.
    enum Meaning: Equatable, Sendable {
        /// It may pass: brokers that are down or slow, a leader that moves, replicas that are behind. Also what this
        /// version does not know: records are tried again, never dropped.
        case passing
        /// A record, or a request of several, is larger than the client's or the topic's limit.
        case tooLarge
        /// The topic is not there, or has lost partitions.
        case unknownTopic
        /// Topic or cluster may not be written by this user.
        case notAllowed
        /// The client could not log in, or not agree on TLS.
        case refusedLogin
        /// The idempotent producer has lost its place in the brokers' books: only a new one can go on.
        case lostProducer
        /// Brokers will never take these records as they are, or settings contradict each other.
        case refused
    }

    /// The one table of what errors mean.
    var meaning: Meaning {
        switch rd_kafka_resp_err_t(rawValue: rawValue) {
        case RD_KAFKA_RESP_ERR_MSG_SIZE_TOO_LARGE, RD_KAFKA_RESP_ERR_RECORD_LIST_TOO_LARGE: .tooLarge
        case RD_KAFKA_RESP_ERR__UNKNOWN_TOPIC, RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART,
            RD_KAFKA_RESP_ERR__UNKNOWN_PARTITION:
            .unknownTopic
        case RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED, RD_KAFKA_RESP_ERR_CLUSTER_AUTHORIZATION_FAILED: .notAllowed
        case RD_KAFKA_RESP_ERR__AUTHENTICATION, RD_KAFKA_RESP_ERR_SASL_AUTHENTICATION_FAILED,
            RD_KAFKA_RESP_ERR_UNSUPPORTED_SASL_MECHANISM, RD_KAFKA_RESP_ERR_ILLEGAL_SASL_STATE,
            RD_KAFKA_RESP_ERR__SSL:
            .refusedLogin
        case RD_KAFKA_RESP_ERR__FATAL, RD_KAFKA_RESP_ERR__FENCED, RD_KAFKA_RESP_ERR__GAPLESS_GUARANTEE,
            RD_KAFKA_RESP_ERR__INCONSISTENT, RD_KAFKA_RESP_ERR_OUT_OF_ORDER_SEQUENCE_NUMBER,
            RD_KAFKA_RESP_ERR_DUPLICATE_SEQUENCE_NUMBER, RD_KAFKA_RESP_ERR_INVALID_PRODUCER_EPOCH,
            RD_KAFKA_RESP_ERR_UNKNOWN_PRODUCER_ID, RD_KAFKA_RESP_ERR_PRODUCER_FENCED,
            RD_KAFKA_RESP_ERR_INVALID_PRODUCER_ID_MAPPING:
            .lostProducer
        case RD_KAFKA_RESP_ERR_TOPIC_EXCEPTION, RD_KAFKA_RESP_ERR_INVALID_RECORD,
            RD_KAFKA_RESP_ERR_INVALID_REQUIRED_ACKS, RD_KAFKA_RESP_ERR_INVALID_TIMESTAMP,
            RD_KAFKA_RESP_ERR_UNSUPPORTED_VERSION, RD_KAFKA_RESP_ERR_UNSUPPORTED_FOR_MESSAGE_FORMAT,
            RD_KAFKA_RESP_ERR_POLICY_VIOLATION, RD_KAFKA_RESP_ERR_SECURITY_DISABLED, RD_KAFKA_RESP_ERR_INVALID_CONFIG,
            RD_KAFKA_RESP_ERR_UNSUPPORTED_COMPRESSION_TYPE, RD_KAFKA_RESP_ERR__UNSUPPORTED_FEATURE,
            RD_KAFKA_RESP_ERR__INVALID_ARG, RD_KAFKA_RESP_ERR__BAD_COMPRESSION:
            .refused
        default: .passing
        }
    }
}

extension KafkaErrorCode: CustomStringConvertible {
    /// As librdkafka says it, with the code's name: `Broker: Message size too large (MSG_SIZE_TOO_LARGE)`.
    var description: String {
        let code = rd_kafka_resp_err_t(rawValue: rawValue)
        // SAFETY: both are texts of the library that live as long as it does.
        return "\(String(cString: rd_kafka_err2str(code))) (\(String(cString: rd_kafka_err2name(code))))"
    }
}
