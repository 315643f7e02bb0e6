import Rows

/// Writes a lane's changes to Kafka: `write` returns when every record is acknowledged by all in-sync replicas. Has a
/// producer of its own.
///
/// librdkafka tries again what may succeed later, in order and without doubles, for as long as it takes. Where that
/// takes long, `write` throws so that it is seen, and the same call again goes on where it was: nothing is produced anew.
/// Only where brokers refuse a record is the whole batch produced again by the next call, and what was left of the first
/// attempt has been taken back before: none of its records can come behind newer ones of their keys.
final class KafkaLaneWriter: LaneWriter {
    private let settings: KafkaSettings
    private var client: KafkaClient?
    private var layouts: [KafkaTableLayout] = []
    private var encoder: KafkaRowEncoder
    /// What is not acknowledged yet.
    private var attempt: KafkaAttempt?
    /// What brokers were said to be in trouble with, since the last acknowledgement.
    private var trouble: String?
    /// Since when nothing was acknowledged that waits for it.
    private var silentSince: ContinuousClock.Instant?
    let pulse: Pulse? = Pulse()

    /// While brokers are known to be in trouble, longer than this is not waited for.
    private static let troubledDuration = Duration.seconds(2)
    /// Deliveries are looked at now and then while records are produced.
    private static let recordsPerPoll = 1000

    init(_ settings: KafkaSettings) throws(SinkError) {
        self.settings = settings
        encoder = KafkaRowEncoder(writesTombstones: settings.writesTombstones)
        client = try settings.makeClient(.producer)
    }

    func write(_ batches: [RowBatch], checkpoint: LaneCheckpoint) throws(SinkError) -> WriteCounts {
        if batches.isEmpty { return WriteCounts() }
        if let attempt, !attempt.canGoOn(with: batches) { try takeBack(attempt) }
        let client = try openClient()
        let attempt = self.attempt ?? KafkaAttempt(batches)
        if self.attempt == nil { silentSince = nil }
        self.attempt = attempt
        try produce(attempt, client)
        try wait(for: attempt, client) { attempt.outstandingCount == 0 }
        if let failure = attempt.failure {
            let error = error(failure, of: attempt)
            try takeBack(attempt)
            throw error
        }
        self.attempt = nil
        return WriteCounts()
    }

    private func openClient() throws(SinkError) -> KafkaClient {
        if let client { return client }
        let new = try settings.makeClient(.producer)
        client = new
        return new
    }

    /// Produces what the attempt has not produced yet; stops where one of its records was refused.
    private func produce(_ attempt: KafkaAttempt, _ client: KafkaClient) throws(SinkError) {
        var unpolledCount = 0
        while attempt.batch < attempt.batches.count {
            let batch = attempt.batches[attempt.batch]
            let layout = try layout(of: batch.table, client)
            let keys = layout.key?.projected(batch) ?? batch
            while attempt.row < batch.rows.count {
                do throws(SinkError) {
                    try encoder.encode(batch.rows[attempt.row], of: batch, keys: keys, layout.key)
                } catch {
                    attempt.isBroken = true
                    throw error
                }
                while attempt.record < encoder.records.count {
                    let record = encoder.records[attempt.record]
                    let code = layout.topic.produce(
                        encoder.bytes, key: record.key, value: record.value, tag: attempt.tag)
                    switch code {
                    case .none:
                        attempt.produced()
                        unpolledCount += 1
                    case .queueFull:
                        let reportedCount = attempt.reportedCount
                        try wait(for: attempt, client) { attempt.reportedCount > reportedCount }
                    default:
                        attempt.refused(code, byteCount: (record.key?.count ?? 0) + (record.value?.count ?? 0))
                    }
                    if unpolledCount == Self.recordsPerPoll {
                        unpolledCount = 0
                        while client.poll(milliseconds: 0, { take($0, attempt) }) {}
                    }
                    if attempt.failure != nil { return }
                }
                attempt.record = 0
                attempt.row += 1
            }
            attempt.row = 0
            attempt.batch += 1
        }
    }

    /// Takes reports until `isDone`, or a record was refused. Throws, retriable, where none comes for too long.
    private func wait(
        for attempt: KafkaAttempt, _ client: KafkaClient, until isDone: () -> Bool
    ) throws(SinkError) {
        var start = ContinuousClock.now
        silentSince = silentSince ?? start
        while !isDone(), attempt.failure == nil {
            let reportedCount = attempt.reportedCount
            _ = client.poll(milliseconds: 100) { take($0, attempt) }
            if attempt.reportedCount > reportedCount {
                pulse?.beat()
                start = .now
                silentSince = start
                trouble = nil
                continue
            }
            let limit = Duration.milliseconds(settings.timeoutMilliseconds)
            let waited = ContinuousClock.now - start
            guard waited > (trouble == nil ? limit : min(limit, Self.troubledDuration)) else { continue }
            askForReason(attempt)
            if attempt.failure != nil { return }
            let silence = ContinuousClock.now - (silentSince ?? start)
            throw SinkError(
                .retriable,
                KafkaAdvice.silent(
                    settings, seconds: silence.components.seconds, recordCount: attempt.outstandingCount, trouble))
        }
    }

    /// Where nothing comes and nobody says why, the brokers may say so of a topic.
    private func askForReason(_ attempt: KafkaAttempt) {
        for layout in layouts {
            guard let index = attempt.batches.firstIndex(where: { $0.table === layout.table }) else { continue }
            do throws(KafkaError) {
                _ = try layout.topic.partitions(milliseconds: 500)
            } catch {
                switch error.code.meaning {
                case .passing, .refusedLogin:
                    // That this one is not answered either tells nothing new.
                    if error.code != .timedOut { trouble = trouble ?? error.reason }
                default: attempt.refuse(batch: index, error.code)
                }
                return
            }
        }
    }

    private func take(_ report: KafkaClient.Report, _ attempt: KafkaAttempt) {
        switch report {
        case .delivery(let delivery): attempt.take(delivery)
        case .fatal(let code, let reason):
            trouble = reason
            attempt.lose(code)
        case .trouble(.allBrokersDown, let reason): trouble = trouble ?? reason
        case .trouble(_, let reason), .log(let reason): trouble = reason
        }
    }

    /// Takes back what brokers were not sent yet, and waits for what they were: after that nothing of the attempt is
    /// under way. Throws, retriable, if that takes too long; then it is to be done again.
    private func takeBack(_ attempt: KafkaAttempt) throws(SinkError) {
        attempt.isBroken = true
        let isLost = attempt.failure?.code.meaning == .lostProducer
        if let client {
            let end = ContinuousClock.now + .milliseconds(settings.timeoutMilliseconds)
            while attempt.outstandingCount > 0 {
                // Again each time: what was sent in vain is put back into the queue.
                client.purgeQueue()
                _ = client.poll(milliseconds: 100) { take($0, attempt) }
                // A producer that is lost sends nothing any more.
                if ContinuousClock.now > end, !isLost {
                    throw SinkError(
                        .retriable,
                        "\(settings.address.label): waiting for the answers to \(attempt.outstandingCount) records"
                            + (trouble.map { ": \($0)" } ?? ""))
                }
                if ContinuousClock.now > end { break }
            }
        }
        // What brokers refused for good leaves a gap in the producer's sequence, and librdkafka may remember it of the
        // topic: another producer begins without either.
        if let failure = attempt.failure, failure.code.meaning != .passing,
            failure.code.meaning != .tooLarge || !failure.isLocal
        {
            layouts.removeAll()
            client = nil
        }
        self.attempt = nil
    }

    private func layout(of table: Table, _ client: KafkaClient) throws(SinkError) -> KafkaTableLayout {
        if let known = layouts.last(where: { $0.table === table }) { return known }
        let new = try KafkaTableLayout(table, settings, client)
        // Another object for a table of the same name takes the older one's place: there is one of them at a time.
        layouts.removeAll { $0.table.database == table.database && $0.table.name == table.name }
        layouts.append(new)
        return new
    }

    private func error(_ failure: KafkaAttempt.Failure, of attempt: KafkaAttempt) -> SinkError {
        let label = settings.address.label
        let batch = attempt.batches[failure.batch]
        let topic = layouts.last { $0.table === batch.table }?.topic.name ?? ""
        var disposition = SinkError.Disposition.fatal
        let reason: String
        switch failure.code.meaning {
        case .passing, .refusedLogin:
            return SinkError(.retriable, "\(label): \(failure.code)")
        case .lostProducer:
            let cause = trouble ?? failure.code.description
            return SinkError(.retriable, "\(label): the producer cannot go on, a new one begins: \(cause)")
        case .tooLarge where failure.isLocal:
            disposition = .rejected(.invalidValue)
            reason = KafkaAdvice.tooLarge(byteCount: failure.byteCount, topic: topic)
        case .tooLarge: reason = KafkaAdvice.requestTooLarge(byteCount: failure.byteCount, topic: topic)
        case .unknownTopic: reason = KafkaAdvice.unknownTopic(topic, settings, failure.code.description)
        case .notAllowed: reason = KafkaAdvice.notAllowed(topic: topic, settings, failure.code.description)
        case .refused: reason = "\(label): topic \(topic): \(failure.code)"
        }
        return SinkError(disposition, reason, row: batch.rows[failure.row], of: batch)
    }
}
