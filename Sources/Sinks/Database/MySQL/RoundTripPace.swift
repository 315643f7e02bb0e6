/// How many changes one round trip to a target may carry: few at first, more while answers come at once, fewer where they
/// take long. A target that is slow but gets on then answers often enough to be told from one that hangs, and no statement
/// of it runs into the client's timeout. Pure: times come in.
struct RoundTripPace {
    private static let first = 64
    private static let most = 8_192
    private static let quickSeconds = 0.25
    private static let slowSeconds = 1.0

    private(set) var limit = first

    /// An answer to `count` changes has taken so long.
    mutating func took(_ seconds: Double, for count: Int) {
        if seconds > Self.slowSeconds {
            limit = max(1, min(limit, count) / 4)
        } else if seconds < Self.quickSeconds, count >= limit {
            limit = min(Self.most, limit * 2)
        }
    }
}
