/// How long to wait before the next try: doubling from 0.1 s to 30 s, each with up to a quarter of jitter, so that
/// many pipelines do not knock at the same moment. Pure: the random number comes in.
struct Backoff: Sendable {
    private(set) var failures = 0

    /// Seconds to wait after one more failure; `random` is in 0..<1.
    mutating func next(random: Double) -> Double {
        let base = min(30, 0.1 * Double(1 << min(failures, 9)))
        failures += 1
        return base * (1 - random / 4)
    }

    mutating func succeed() {
        failures = 0
    }
}
