import CRdKafka

private typealias KafkaPartitioner =
    @convention(c) (
        OpaquePointer?, UnsafeRawPointer?, Int, Int32, UnsafeMutableRawPointer?, UnsafeMutableRawPointer?
    ) -> Int32

/// A topic of a client's, and the only owner of its `rd_kafka_topic_t*`. Confined to the client's thread.
final class KafkaTopic {
    let name: String
    private let client: KafkaClient
    private let handle: OpaquePointer

    init(_ name: String, of client: KafkaClient) throws(KafkaError) {
        guard let handle = rd_kafka_topic_new(client.handle, name, nil) else {
            let code = KafkaErrorCode(rd_kafka_last_error())
            throw KafkaError(code: code, reason: "\(name): \(code)")
        }
        self.name = name
        self.client = client
        self.handle = handle
    }

    deinit {
        rd_kafka_topic_destroy(handle)
    }

    /// Queues a record, whose key and value are parts of `bytes`, or null. Returns ``KafkaErrorCode/none`` if it was
    /// queued; then its delivery is reported once, with `tag`, whatever becomes of it.
    func produce(_ bytes: [UInt8], key: Range<Int>?, value: Range<Int>?, tag: UInt) -> KafkaErrorCode {
        bytes.withUnsafeBytes { buffer in
            let key = key.map { UnsafeRawBufferPointer(rebasing: buffer[$0]) }
            let value = value.map { UnsafeRawBufferPointer(rebasing: buffer[$0]) }
            // SAFETY: with MSG_F_COPY librdkafka copies both before it returns, and writes to neither. The tag is a
            // number to it.
            let failed = rd_kafka_produce(
                handle, RD_KAFKA_PARTITION_UA, RD_KAFKA_MSG_F_COPY,
                UnsafeMutableRawPointer(mutating: value?.baseAddress),
                value?.count ?? 0, key?.baseAddress, key?.count ?? 0, UnsafeMutableRawPointer(bitPattern: tag))
            return failed == 0 ? .none : KafkaErrorCode(rd_kafka_last_error())
        }
    }

    /// Asks the brokers for the topic's partitions; a consumer does so without having the topic created. Throws what
    /// the brokers say of the topic, or that none answered in time.
    func partitions(milliseconds: Int32) throws(KafkaError) -> [Int32] {
        var answer: UnsafePointer<rd_kafka_metadata>?
        let code = KafkaErrorCode(rd_kafka_metadata(client.handle, 0, handle, &answer, milliseconds))
        guard code == .none, let answer else { throw KafkaError(code: code, reason: code.description) }
        defer { rd_kafka_metadata_destroy(answer) }
        // SAFETY: the answer holds as many topics and partitions as its counts say.
        let topics = UnsafeBufferPointer(start: answer.pointee.topics, count: Int(answer.pointee.topic_cnt))
        guard let topic = topics.first else {
            throw KafkaError(code: .unknownTopic, reason: KafkaErrorCode.unknownTopic.description)
        }
        let error = KafkaErrorCode(topic.err)
        guard error == .none else { throw KafkaError(code: error, reason: error.description) }
        return UnsafeBufferPointer(start: topic.partitions, count: Int(topic.partition_cnt)).map(\.id)
    }

    /// Where a partition begins: what was in front of it is gone.
    func beginning(of partition: Int32, milliseconds: Int32) throws(KafkaError) -> Int64 {
        var (low, high): (Int64, Int64) = (0, 0)
        let code = KafkaErrorCode(
            rd_kafka_query_watermark_offsets(client.handle, name, partition, &low, &high, milliseconds))
        guard code == .none else { throw KafkaError(code: code, reason: code.description) }
        return low
    }

    /// The partition, of so many, that a producer gives a record with this key. Nil: not by the key alone.
    func partition(of key: [UInt8], partitioner: String, count: Int32) -> Int32? {
        let choose =
            switch partitioner {
            case "consistent", "consistent_random": rd_kafka_msg_partitioner_consistent
            case "murmur2", "murmur2_random": rd_kafka_msg_partitioner_murmur2
            case "fnv1a", "fnv1a_random": rd_kafka_msg_partitioner_fnv1a
            default: Optional<KafkaPartitioner>.none
            }
        guard let choose, !key.isEmpty, count > 0 else { return nil }
        // SAFETY: these look at the key's bytes and the count, and at nothing else.
        return key.withUnsafeBytes { choose(handle, $0.baseAddress, $0.count, count, nil, nil) }
    }

    /// Reads each partition from its beginning to its end, as it is when it is reached, or so many records of each, and
    /// hands each record to `body`: in order within a partition. Throws where nothing comes for so long.
    func readAll(
        _ partitions: [Int32], limit: Int = .max, milliseconds: Int32,
        _ body: (_ partition: Int32, _ key: [UInt8]?, _ value: [UInt8]?) -> Void
    ) throws(KafkaError) {
        guard let records = rd_kafka_queue_new(client.handle) else { return }
        var open: Set<Int32> = []
        var counts: [Int32: Int] = [:]
        defer {
            for partition in partitions { rd_kafka_consume_stop(handle, partition) }
            rd_kafka_queue_destroy(records)
        }
        for partition in partitions {
            guard rd_kafka_consume_start_queue(handle, partition, Int64(RD_KAFKA_OFFSET_BEGINNING), records) == 0 else {
                let code = KafkaErrorCode(rd_kafka_last_error())
                throw KafkaError(code: code, reason: code.description)
            }
            open.insert(partition)
        }
        while !open.isEmpty {
            guard let message = rd_kafka_consume_queue(records, milliseconds) else {
                throw KafkaError(code: .timedOut, reason: "the brokers sent nothing for \(milliseconds / 1000) s")
            }
            defer { rd_kafka_message_destroy(message) }
            let code = KafkaErrorCode(message.pointee.err)
            switch code {
            case .none:
                let partition = message.pointee.partition
                guard open.contains(partition) else { continue }
                body(partition, Self.key(message.pointee), Self.value(message.pointee))
                counts[partition, default: 0] += 1
                if counts[partition, default: 0] >= limit { open.remove(partition) }
            case .endOfPartition: open.remove(message.pointee.partition)
            default:
                if code.meaning != .passing { throw KafkaError(code: code, reason: code.description) }
            }
        }
    }

    // SAFETY of both: the message holds so many bytes there until it is destroyed; they are copied here.

    private static func key(_ message: rd_kafka_message_t) -> [UInt8]? {
        message.key.map { [UInt8](UnsafeRawBufferPointer(start: $0, count: message.key_len)) }
    }

    private static func value(_ message: rd_kafka_message_t) -> [UInt8]? {
        message.payload.map { [UInt8](UnsafeRawBufferPointer(start: $0, count: message.len)) }
    }
}
