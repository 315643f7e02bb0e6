import Sinks

/// A mark that stands in every lane at the same transaction end. When all lanes have flushed what came before it,
/// everything before `place` is in the target (asynchronous barrier snapshots).
final class Barrier: Sendable {
    /// Nil: the lanes only flush, since a transaction is under way whose first part they have.
    let place: LaneCheckpoint?
    private let remaining: Monitor<Int>

    init(place: LaneCheckpoint?, lanes: Int) {
        self.place = place
        remaining = Monitor(lanes)
    }

    /// Called by each lane once, when it has flushed.
    func pass() {
        remaining.update { $0 -= 1 }
    }

    /// Waits until all lanes have passed; false when `giveUp` answers true first (asked a few times a second).
    func wait(until giveUp: () -> Bool) -> Bool {
        while !remaining.wait(seconds: 0.05, until: { $0 == 0 }, then: { _, isPassed in isPassed }) {
            if giveUp() { return false }
        }
        return true
    }
}
