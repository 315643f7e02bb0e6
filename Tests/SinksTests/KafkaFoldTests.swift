import Testing

@testable import Sinks

struct KafkaFoldTests {
    private func key(_ id: Int) -> [UInt8] { Array("{\"id\":\(id)}".utf8) }

    /// Folds the same records slice by slice, as the reader does; all slices' values, and how many there were.
    private func fold(_ records: [(Int, String?)], limit: Int) -> (values: [String], slices: Int) {
        var values: [String] = []
        var slices = [KafkaFold.Slice.all]
        var count = 0
        while let slice = slices.popLast() {
            var fold = KafkaFold(slice, byteLimit: limit)
            for (id, value) in records { fold.take(partition: 0, key: key(id), value: value.map { Array($0.utf8) }) }
            #expect(!fold.hasMovedKeys)
            values += fold.records.map { String(decoding: $0, as: UTF8.self) }
            slices += fold.left
            count += 1
        }
        return (values.sorted(), count)
    }

    @Test func `each key's last record is kept, whatever fits at once`() {
        var records: [(Int, String?)] = []
        for round in 0..<3 { for id in 0..<1000 { records.append((id, "\(id).\(round)")) } }
        for id in stride(from: 0, to: 1000, by: 3) { records.append((id, nil)) }
        let expected = (0..<1000).filter { $0 % 3 != 0 }.map { "\($0).2" }.sorted()
        let whole = fold(records, limit: 1 << 30)
        #expect(whole.values == expected && whole.slices == 1)
        let sliced = fold(records, limit: 10_000)
        #expect(sliced.values == expected && sliced.slices > 4)
        // Less than one record: one at a time.
        #expect(
            fold(Array(records.suffix(500)), limit: 1).values == fold(Array(records.suffix(500)), limit: 1 << 30).values
        )
    }

    @Test func `a key that is in two partitions is noticed`() {
        var fold = KafkaFold(.all, byteLimit: 1 << 20)
        fold.take(partition: 0, key: key(1), value: [1])
        fold.take(partition: 0, key: key(1), value: [2])
        #expect(!fold.hasMovedKeys)
        fold.take(partition: 1, key: key(1), value: nil)
        #expect(fold.hasMovedKeys)
    }
}
