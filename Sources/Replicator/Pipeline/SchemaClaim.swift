import Synchronization

/// The epoch of the pipeline's checkpoint, once that is ours: a schema history that begins from then on is marked with it,
/// so that a restart can tell whether another process ran the pipeline since. Any thread's.
final class SchemaClaim: Sendable {
    private let epoch = Mutex<UInt64?>(nil)

    func take(_ epoch: UInt64) { self.epoch.withLock { $0 = epoch } }

    /// Empty: it is not ours so far.
    var mark: String { epoch.withLock { $0.map { "\($0)" } ?? "" } }
}
