/// Finds keys by their bytes again: an open-addressing hash table over one buffer, without an object a key.
struct KeyIndex {
    private struct Entry {
        var hash: UInt64
        var start: Int
        var count: Int
    }

    /// The bytes of all keys, one behind the other.
    private(set) var bytes: [UInt8] = []
    private var entries: ContiguousArray<Entry> = []
    /// 1 + an index of `entries`, or 0; as many as a power of two.
    private var slots: ContiguousArray<Int32> = []

    /// How many keys there are: they have the numbers below it, by their first appearance.
    var count: Int { entries.count }

    mutating func removeAll() {
        bytes.removeAll(keepingCapacity: true)
        entries.removeAll(keepingCapacity: true)
        for index in slots.indices { slots[index] = 0 }
    }

    /// Adds the key that `append` appends to the buffer, unless it is there.
    /// - Returns: its number, and whether it is new.
    mutating func add<Failure: Error>(
        _ append: (inout [UInt8]) throws(Failure) -> Void
    ) throws(Failure) -> (number: Int, isNew: Bool) {
        let start = bytes.count
        do throws(Failure) {
            try append(&bytes)
        } catch {
            bytes.removeSubrange(start...)
            throw error
        }
        if entries.count * 2 >= slots.count { grow() }
        let count = bytes.count - start
        let hash = Self.hash(bytes, start)
        var slot = Int(truncatingIfNeeded: hash) & (slots.count - 1)
        while slots[slot] != 0 {
            let number = Int(slots[slot]) - 1
            let entry = entries[number]
            if entry.hash == hash, entry.count == count, isEqual(entry.start, start, count) {
                bytes.removeSubrange(start...)
                return (number, false)
            }
            slot = (slot + 1) & (slots.count - 1)
        }
        entries.append(Entry(hash: hash, start: start, count: count))
        slots[slot] = Int32(entries.count)
        return (entries.count - 1, true)
    }

    /// The bytes of a key.
    func key(_ number: Int) -> ArraySlice<UInt8> {
        let entry = entries[number]
        return bytes[entry.start..<entry.start + entry.count]
    }

    private mutating func grow() {
        slots = ContiguousArray(repeating: 0, count: max(256, slots.count * 2))
        for (number, entry) in entries.enumerated() {
            var slot = Int(truncatingIfNeeded: entry.hash) & (slots.count - 1)
            while slots[slot] != 0 { slot = (slot + 1) & (slots.count - 1) }
            slots[slot] = Int32(number + 1)
        }
    }

    private func isEqual(_ first: Int, _ second: Int, _ count: Int) -> Bool {
        for offset in 0..<count where bytes[first + offset] != bytes[second + offset] { return false }
        return true
    }

    /// FNV-1a, its bits mixed once more so that the low ones depend on all.
    private static func hash(_ bytes: [UInt8], _ start: Int) -> UInt64 {
        var hash: UInt64 = 0xcbf2_9ce4_8422_2325
        for index in start..<bytes.count { hash = (hash ^ UInt64(bytes[index])) &* 0x100_0000_01b3 }
        return (hash ^ hash >> 32) &* 0xd6e8_feb8_6659_fd93
    }
}
