import Rows

/// One attempt to have all records of a lane's batches acknowledged: what is produced, and what is still to be reported.
/// Records of two attempts are never under way at once, so a tag need only tell the rows of one apart. Confined to its
/// writer's thread.
final class KafkaAttempt {
    /// Why records were not taken: the failure that says most of those that were reported.
    struct Failure {
        var code: KafkaErrorCode
        var batch: Int
        var row: Int
        /// Of the record's key and value.
        var byteCount: Int
        /// By librdkafka itself, which sent nothing.
        var isLocal: Bool
    }

    let batches: [RowBatch]
    // The record to produce next.
    var batch = 0
    var row = 0
    /// Among those of the row.
    var record = 0
    /// Records produced whose delivery was not reported yet.
    private(set) var outstandingCount = 0
    private(set) var reportedCount = 0
    private(set) var failure: Failure?
    /// It cannot be gone on with, only taken back.
    var isBroken = false

    init(_ batches: [RowBatch]) {
        self.batches = batches
    }

    var tag: UInt { UInt(batch) << 32 | UInt(row) }

    /// Whether it may go on where it was to write `others`: they are the same, as they are when a call is made again.
    func canGoOn(with others: [RowBatch]) -> Bool {
        guard !isBroken, failure == nil, batches.count == others.count else { return false }
        return zip(batches, others).allSatisfy {
            $0.table === $1.table && $0.origin == $1.origin && $0.rows.count == $1.rows.count
                && $0.rows.first?.index == $1.rows.first?.index
        }
    }

    func produced() {
        outstandingCount += 1
        record += 1
    }

    /// A record that librdkafka refused to queue.
    func refused(_ code: KafkaErrorCode, byteCount: Int) {
        fail(Failure(code: code, batch: batch, row: row, byteCount: byteCount, isLocal: true))
    }

    func take(_ delivery: KafkaClient.Delivery) {
        outstandingCount -= 1
        reportedCount += 1
        if delivery.code == .none || delivery.code == .purged { return }
        fail(
            Failure(
                code: delivery.code, batch: Int(delivery.tag >> 32), row: Int(delivery.tag & 0xFFFF_FFFF),
                byteCount: delivery.byteCount, isLocal: false))
    }

    /// What the brokers say of a batch's topic.
    func refuse(batch: Int, _ code: KafkaErrorCode) {
        fail(Failure(code: code, batch: batch, row: 0, byteCount: 0, isLocal: false))
    }

    /// The producer itself has failed.
    func lose(_ code: KafkaErrorCode) {
        fail(Failure(code: code, batch: 0, row: 0, byteCount: 0, isLocal: true))
    }

    private func fail(_ new: Failure) {
        guard let old = failure else {
            failure = new
            return
        }
        let (isPassing, wasPassing) = (new.code.meaning == .passing, old.code.meaning == .passing)
        // Of a request that was too large, the largest record is most likely the one to blame.
        let isWorse = old.code == new.code && old.code.meaning == .tooLarge && new.byteCount > old.byteCount
        if (wasPassing && !isPassing) || isWorse { failure = new }
    }
}
