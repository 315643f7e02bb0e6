import CRdKafka

/// A setting of librdkafka.
struct KafkaProperty: Equatable, Sendable {
    let name: String
    let value: String

    /// Values that no message may repeat.
    var isSecret: Bool {
        ["password", "secret", "oauthbearer.config"].contains { name.contains($0) } || name.hasSuffix(".pem")
    }
}

/// Why librdkafka does not do what it was asked to.
struct KafkaError: Error {
    let code: KafkaErrorCode
    /// librdkafka's own words, on one line.
    let reason: String
}

/// One librdkafka client, a producer or a consumer, and the only owner of its `rd_kafka_t*`. Confined to one thread at
/// a time. librdkafka's own threads do the sending and receiving; none of them calls into Swift, since what they have
/// to say is taken as events from the main queue (``poll(milliseconds:_:)``).
final class KafkaClient {
    enum Kind { case producer, consumer }

    /// What librdkafka reports.
    enum Report {
        /// A record was acknowledged, or was not.
        case delivery(Delivery)
        /// A broker, or all of them, are in trouble; nothing is lost by that.
        case trouble(KafkaErrorCode, String)
        /// The producer cannot go on.
        case fatal(KafkaErrorCode, String)
        /// A line that librdkafka would have logged; of warnings and above.
        case log(String)
    }

    struct Delivery: BitwiseCopyable {
        /// ``KafkaErrorCode/none`` where the record was acknowledged.
        let code: KafkaErrorCode
        /// As it was given to ``KafkaTopic/produce(_:key:value:tag:)``.
        let tag: UInt
        /// Of key and value.
        let byteCount: Int
    }

    /// For ``KafkaTopic``, which goes no further with it.
    let handle: OpaquePointer
    private let queue: OpaquePointer

    /// Makes the client; it connects in the background. Throws where a property is unknown or refused.
    init(_ kind: Kind, _ properties: [KafkaProperty]) throws(KafkaError) {
        let configuration = try ClientConfiguration(properties)
        let handle = try configuration.makeClient(kind == .producer ? RD_KAFKA_PRODUCER : RD_KAFKA_CONSUMER)
        self.handle = handle
        queue = rd_kafka_queue_get_main(handle)
        rd_kafka_set_log_queue(handle, nil)
    }

    deinit {
        rd_kafka_queue_destroy(queue)
        // Drops what was not acknowledged: whoever drops a client has done with its records.
        rd_kafka_destroy(handle)
    }

    /// Throws where librdkafka knows no such property, or does not take its value.
    static func check(_ property: KafkaProperty) throws(KafkaError) {
        _ = try ClientConfiguration([property])
    }

    /// Hands the next event's reports to `take`, waiting for one at most so long. False: there was none.
    func poll(milliseconds: Int32, _ take: (Report) -> Void) -> Bool {
        guard let event = rd_kafka_queue_poll(queue, milliseconds) else { return false }
        defer { rd_kafka_event_destroy(event) }
        switch rd_kafka_event_type(event) {
        case RD_KAFKA_EVENT_DR:
            // SAFETY: a message lives as long as its event; what is taken of it here is numbers.
            while let message = rd_kafka_event_message_next(event)?.pointee {
                take(
                    .delivery(
                        Delivery(
                            code: KafkaErrorCode(message.err), tag: UInt(bitPattern: message._private),
                            byteCount: message.len + message.key_len)))
            }
        case RD_KAFKA_EVENT_ERROR:
            if rd_kafka_event_error_is_fatal(event) != 0 {
                let fatal = fatalFailure()
                take(.fatal(fatal.code, fatal.reason))
            } else {
                let code = KafkaErrorCode(rd_kafka_event_error(event))
                // SAFETY: the text lives as long as the event.
                let reason = rd_kafka_event_error_string(event).map { String(cString: $0) }
                take(.trouble(code, reason ?? code.description))
            }
        case RD_KAFKA_EVENT_LOG:
            var (facility, text): (UnsafePointer<CChar>?, UnsafePointer<CChar>?)
            var level: Int32 = 0
            // SAFETY: the text lives as long as the event. 4 is syslog's warning; smaller numbers are worse.
            if rd_kafka_event_log(event, &facility, &text, &level) == 0, level <= 4, let text {
                take(.log(String(cString: text)))
            }
        default: break
        }
        return true
    }

    /// Takes back what was produced and not sent yet; each such record is reported as ``KafkaErrorCode/purged``.
    func purgeQueue() {
        rd_kafka_purge(handle, RD_KAFKA_PURGE_F_QUEUE)
    }

    /// Waits for an answer of any broker.
    func askBrokers(milliseconds: Int32) throws(KafkaError) {
        var answer: UnsafePointer<rd_kafka_metadata>?
        let code = KafkaErrorCode(rd_kafka_metadata(handle, 0, nil, &answer, milliseconds))
        if let answer { rd_kafka_metadata_destroy(answer) }
        guard code == .none else { throw KafkaError(code: code, reason: code.description) }
    }

    /// What a topic, or a broker, is set to.
    enum Resource {
        case topic(String)
        /// The one that answers.
        case broker
    }

    /// The settings of a resource by name. Nil: brokers do not tell, or not this user, or not in time.
    func settings(of resource: Resource, milliseconds: Int32) -> [String: String]? {
        var answer: UnsafePointer<rd_kafka_metadata>?
        guard rd_kafka_metadata(handle, 0, nil, &answer, milliseconds) == RD_KAFKA_RESP_ERR_NO_ERROR, let answer else {
            return nil
        }
        let broker = answer.pointee.orig_broker_id
        rd_kafka_metadata_destroy(answer)
        let asked =
            switch resource {
            case .topic(let name): rd_kafka_ConfigResource_new(RD_KAFKA_RESOURCE_TOPIC, name)
            case .broker: rd_kafka_ConfigResource_new(RD_KAFKA_RESOURCE_BROKER, String(broker))
            }
        guard let asked, let replies = rd_kafka_queue_new(handle),
            let options = rd_kafka_AdminOptions_new(handle, RD_KAFKA_ADMIN_OP_DESCRIBECONFIGS)
        else { return nil }
        defer {
            rd_kafka_ConfigResource_destroy(asked)
            rd_kafka_AdminOptions_destroy(options)
            rd_kafka_queue_destroy(replies)
        }
        // Any broker knows; one that has no such request says so at once, while a missing controller is waited for.
        rd_kafka_AdminOptions_set_broker(options, broker, nil, 0)
        rd_kafka_AdminOptions_set_request_timeout(options, milliseconds, nil, 0)
        var resources: [OpaquePointer?] = [asked]
        rd_kafka_DescribeConfigs(handle, &resources, resources.count, options, replies)
        guard let event = rd_kafka_queue_poll(replies, 2 * milliseconds) else { return nil }
        // SAFETY: what is read of the event lives as long as it does, and is copied; the counts say how much there is.
        defer { rd_kafka_event_destroy(event) }
        var (count, entryCount) = (0, 0)
        guard rd_kafka_event_error(event) == RD_KAFKA_RESP_ERR_NO_ERROR,
            let result = rd_kafka_event_DescribeConfigs_result(event),
            let described = rd_kafka_DescribeConfigs_result_resources(result, &count), count == 1,
            let first = described[0],
            rd_kafka_ConfigResource_error(first) == RD_KAFKA_RESP_ERR_NO_ERROR
        else { return nil }
        var settings: [String: String] = [:]
        guard let entries = rd_kafka_ConfigResource_configs(first, &entryCount) else { return settings }
        for entry in UnsafeBufferPointer(start: entries, count: entryCount) {
            guard let entry, let name = rd_kafka_ConfigEntry_name(entry), let value = rd_kafka_ConfigEntry_value(entry)
            else { continue }
            settings[String(cString: name)] = String(cString: value)
        }
        return settings
    }

    /// What has made the client unusable for good.
    private func fatalFailure() -> (code: KafkaErrorCode, reason: String) {
        var code = RD_KAFKA_RESP_ERR_NO_ERROR
        let reason = Self.text { buffer, size in code = rd_kafka_fatal_error(handle, buffer, size) }
        return (KafkaErrorCode(code), reason)
    }

    /// What a C function wrote into a buffer of the size it was told.
    fileprivate static func text(_ write: (UnsafeMutablePointer<CChar>?, Int) -> Void) -> String {
        withUnsafeTemporaryAllocation(of: CChar.self, capacity: 512) { buffer in
            buffer.initialize(repeating: 0)
            // SAFETY: librdkafka ends the text with a zero inside the size; the last byte stays one anyway.
            write(buffer.baseAddress, buffer.count - 1)
            let bytes = buffer.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }
            return String(decoding: bytes, as: UTF8.self).split(whereSeparator: \.isNewline).joined(separator: " ")
        }
    }
}

/// Owner of an `rd_kafka_conf_t*` until a client takes it over.
private struct ClientConfiguration: ~Copyable {
    private let raw: OpaquePointer

    init(_ properties: [KafkaProperty]) throws(KafkaError) {
        raw = rd_kafka_conf_new()
        rd_kafka_conf_set_events(raw, RD_KAFKA_EVENT_DR | RD_KAFKA_EVENT_ERROR | RD_KAFKA_EVENT_LOG)
        // From here on the value is whole, and `deinit` frees it where this throws.
        for property in properties { try set(property) }
    }

    deinit {
        rd_kafka_conf_destroy(raw)
    }

    private func set(_ property: KafkaProperty) throws(KafkaError) {
        var result = RD_KAFKA_CONF_OK
        let reason = KafkaClient.text { buffer, size in
            result = rd_kafka_conf_set(raw, property.name, property.value, buffer, size)
        }
        guard result != RD_KAFKA_CONF_OK else { return }
        // librdkafka repeats the value.
        let isTold = result == RD_KAFKA_CONF_UNKNOWN || !property.isSecret
        throw KafkaError(
            code: KafkaErrorCode(RD_KAFKA_RESP_ERR__INVALID_ARG),
            reason: isTold ? reason : "Invalid value for configuration property \"\(property.name)\"")
    }

    consuming func makeClient(_ kind: rd_kafka_type_t) throws(KafkaError) -> OpaquePointer {
        var handle: OpaquePointer?
        let reason = KafkaClient.text { buffer, size in handle = rd_kafka_new(kind, raw, buffer, size) }
        guard let handle else {
            let code = KafkaErrorCode(rd_kafka_last_error())
            _ = consume self  // refused, so still ours to free
            throw KafkaError(code: code, reason: reason)
        }
        discard self
        return handle
    }
}
