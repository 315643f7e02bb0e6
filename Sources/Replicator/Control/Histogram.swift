/// Counts of values by size, as Prometheus has them.
struct Histogram: Sendable {
    /// Upper ends of the buckets, rising; a last one without end follows.
    let bounds: [Double]
    /// Of each bucket by itself, one more than `bounds`.
    private(set) var counts: [Int]
    private(set) var sum = 0.0

    init(bounds: [Double]) {
        self.bounds = bounds
        counts = Array(repeating: 0, count: bounds.count + 1)
    }

    mutating func add(_ value: Double) {
        let bucket = bounds.firstIndex { value <= $0 } ?? bounds.count
        counts[bucket] += 1
        sum += value
    }

    var count: Int { counts.reduce(0, +) }
}
