/// How many changes one round trip to a target may carry: few at first, more while answers come at once, fewer where they
/// take long. A target that is slow but gets on then answers often enough to be told from one that hangs, and no statement
/// of it runs into the client's timeout. How far away the target is counts for nothing. Pure: times come in.
struct RoundTripPace {
    private static let first = 64
    private static let most = 8_192
    private static let quickSeconds = 0.25
    private static let slowSeconds = 1.0

    private(set) var limit = first
    /// The way there and back takes no longer; nil: nothing was answered yet.
    private var fastestSeconds: Double?

    /// An answer to anything, as small as may be, has taken so long.
    mutating func answered(_ seconds: Double) {
        fastestSeconds = min(fastestSeconds ?? seconds, seconds)
    }

    /// An answer to `count` changes has taken so long.
    mutating func took(_ seconds: Double, for count: Int) {
        let workSeconds = seconds - min(fastestSeconds ?? 0, seconds)
        answered(seconds)
        if workSeconds > Self.slowSeconds {
            // Of the limit, not of `count`: one change that waited for a lock says nothing of how many there may be.
            limit = max(1, limit / 4)
        } else if workSeconds < Self.quickSeconds, count >= limit {
            limit = min(Self.most, limit * 2)
        }
    }
}
