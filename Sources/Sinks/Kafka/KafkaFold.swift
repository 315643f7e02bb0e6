/// The last record of each key of a topic: all keys, or those of a slice. It narrows its slice by half where the records
/// are more than it may hold, and says what it has left out.
struct KafkaFold {
    /// The keys whose hash ends in `value`, in so many bits.
    struct Slice: Equatable {
        var bitCount: UInt64
        var value: UInt64

        static let all = Slice(bitCount: 0, value: 0)

        func contains(_ hash: UInt64) -> Bool { hash & (1 << bitCount - 1) == value }
    }

    private struct Entry {
        var partition: Int32
        var value: [UInt8]
    }

    /// For a key besides its bytes and its record's: the dictionary's entry and two arrays, about.
    private static let entryByteCount = 128

    private(set) var slice: Slice
    /// What this was given and is no longer in its slice: to be read again.
    private(set) var left: [Slice] = []
    /// A key has records in several partitions.
    private(set) var hasMovedKeys = false
    private let byteLimit: Int
    private var entries: [[UInt8]: Entry] = [:]
    private var byteCount = 0

    init(_ slice: Slice, byteLimit: Int) {
        self.slice = slice
        self.byteLimit = byteLimit
    }

    /// The records there are at the end.
    var records: some Sequence<[UInt8]> { entries.values.lazy.map(\.value) }

    /// A record, in the order of its partition. Without a value it ends its key.
    mutating func take(partition: Int32, key: [UInt8], value: [UInt8]?) {
        guard slice.contains(Self.hash(key)) else { return }
        let old =
            value.map { entries.updateValue(Entry(partition: partition, value: $0), forKey: key) }
            ?? entries.removeValue(forKey: key)
        if let old {
            hasMovedKeys = hasMovedKeys || old.partition != partition
            byteCount -= Self.cost(key, old.value)
        }
        guard let value else { return }
        byteCount += Self.cost(key, value)
        // A single record may be larger than the limit; hashes of 64 bits end the halving.
        while byteCount > byteLimit, entries.count > 1, slice.bitCount < 63 { halve() }
    }

    private mutating func halve() {
        let bit: UInt64 = 1 << slice.bitCount
        slice.bitCount += 1
        left.append(Slice(bitCount: slice.bitCount, value: slice.value | bit))
        entries = entries.filter { slice.contains(Self.hash($0.key)) }
        byteCount = entries.reduce(0) { $0 + Self.cost($1.key, $1.value.value) }
    }

    private static func cost(_ key: [UInt8], _ value: [UInt8]) -> Int { key.count + value.count + entryByteCount }

    /// FNV-1a, and its upper half mixed into the lower one, which slices go by.
    private static func hash(_ bytes: [UInt8]) -> UInt64 {
        let hash = bytes.reduce(0xcbf2_9ce4_8422_2325 as UInt64) { ($0 ^ UInt64($1)) &* 0x100_0000_01b3 }
        return hash ^ (hash >> 32)
    }
}
