import Rows

/// Makes the records of row changes, in buffers that are used again and again.
///
/// A change is one record, its value the object that `tail` prints. A delete is followed by a tombstone, a record of
/// the same key without a value, by which compaction forgets the key. A change of key is the delete of the old key,
/// and then the insert of the new one.
struct KafkaRowEncoder {
    struct Record {
        /// Parts of ``bytes``; nil: null.
        var key: Range<Int>?
        var value: Range<Int>?
    }

    private let writesTombstones: Bool
    private var json = ChangeJSON()
    /// The keys and values of ``records``.
    private(set) var bytes: [UInt8] = []
    /// The records of the row encoded last, in order.
    private(set) var records: [Record] = []

    /// A buffer that one large row made larger than this is given back.
    private static let keptCapacity = 4 << 20

    init(writesTombstones: Bool) {
        self.writesTombstones = writesTombstones
    }

    /// - Parameter keys: `batch` as `key` projects it.
    mutating func encode(_ row: Row, of batch: RowBatch, keys: RowBatch, _ key: KafkaKey?) throws(SinkError) {
        bytes.removeAll(keepingCapacity: bytes.capacity <= Self.keptCapacity)
        records.removeAll(keepingCapacity: true)
        let old = try append(key, imageAt: row.before, row, of: keys)
        let new = try append(key, imageAt: row.after, row, of: keys)
        switch row.operation {
        case .update where old != nil && !isEqual(old, new):
            try appendDelete(row, of: batch, key: old)
            let insert = Row(operation: .insert, before: -1, after: row.after, index: row.index)
            try appendRecord(insert, of: batch, key: new)
        case .insert, .update:
            try appendRecord(row, of: batch, key: new)
        case .delete:
            try appendDelete(row, of: batch, key: old)
        }
    }

    private mutating func append(
        _ key: KafkaKey?, imageAt image: Int32, _ row: Row, of keys: RowBatch
    ) throws(SinkError) -> Range<Int>? {
        guard let key, image >= 0 else { return nil }
        let start = bytes.count
        try key.append(imageAt: image, row, of: keys, to: &bytes)
        return start..<bytes.count
    }

    private func isEqual(_ old: Range<Int>?, _ new: Range<Int>?) -> Bool {
        guard let old, let new, old.count == new.count else { return false }
        return zip(old, new).allSatisfy { bytes[$0] == bytes[$1] }
    }

    private mutating func appendDelete(_ row: Row, of batch: RowBatch, key: Range<Int>?) throws(SinkError) {
        let delete = Row(operation: .delete, before: row.before, after: -1, index: row.index)
        try appendRecord(delete, of: batch, key: key)
        // Without a key there is nothing to forget.
        if writesTombstones, key != nil { records.append(Record(key: key, value: nil)) }
    }

    private mutating func appendRecord(_ row: Row, of batch: RowBatch, key: Range<Int>?) throws(SinkError) {
        let start = bytes.count
        try json.append(row, of: batch, to: &bytes)
        records.append(Record(key: key, value: start..<bytes.count))
    }
}
