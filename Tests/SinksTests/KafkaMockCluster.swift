import CRdKafka
import TestSupport

/// The cluster that librdkafka carries for tests, in this process: real sockets and the real protocol, and errors on
/// demand. It does not check the sequence numbers of idempotent producers, has no settings of topics, and keeps 5 MB a
/// partition.
final class KafkaMockCluster {
    private let handle: OpaquePointer
    private let cluster: OpaquePointer
    let brokerCount: Int32

    init(brokers: Int32 = 3) throws {
        brokerCount = brokers
        let configuration = rd_kafka_conf_new()
        rd_kafka_conf_set(configuration, "log_level", "0", nil, 0)
        guard let handle = rd_kafka_new(RD_KAFKA_PRODUCER, configuration, nil, 0),
            let cluster = rd_kafka_mock_cluster_new(handle, brokers)
        else { throw TestSupportError("librdkafka makes no mock cluster") }
        self.handle = handle
        self.cluster = cluster
    }

    deinit {
        rd_kafka_mock_cluster_destroy(cluster)
        rd_kafka_destroy(handle)
    }

    /// `127.0.0.1:PORT,…`
    var servers: String { String(cString: rd_kafka_mock_cluster_bootstraps(cluster)) }

    /// `kafka://127.0.0.1:PORT,…`
    var url: String { "kafka://\(servers)" }

    func createTopic(_ name: String, partitions: Int32) {
        rd_kafka_mock_topic_create(cluster, name, partitions, 1)
    }

    /// Answers each request about the topic with this error; ``RD_KAFKA_RESP_ERR_NO_ERROR`` ends that.
    func setError(_ error: rd_kafka_resp_err_t, ofTopic name: String) {
        rd_kafka_mock_topic_set_error(cluster, name, error)
    }

    /// Answers the next produce requests with these errors, one each.
    func failProduce(_ errors: rd_kafka_resp_err_t...) {
        let produce: Int16 = 0  // the protocol's key of ProduceRequest
        rd_kafka_mock_push_request_errors_array(cluster, produce, errors.count, errors)
    }

    func setDown(_ isDown: Bool) {
        for broker in 1...brokerCount {
            if isDown {
                rd_kafka_mock_broker_set_down(cluster, broker)
            } else {
                rd_kafka_mock_broker_set_up(cluster, broker)
            }
        }
    }

    /// How long brokers take for each answer.
    func setRoundTrip(milliseconds: Int32) {
        for broker in 1...brokerCount { rd_kafka_mock_broker_set_rtt(cluster, broker, milliseconds) }
    }

    func setLeader(of topic: String, partition: Int32, to broker: Int32) {
        rd_kafka_mock_partition_set_leader(cluster, topic, partition, broker)
    }
}
