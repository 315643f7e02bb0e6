import BinlogReader
import Rows
import Synchronization

/// The epoch of the pipeline's checkpoint, once that is ours: a schema history that begins from then on is marked with it,
/// so that a restart can tell whether another process ran the pipeline since. Any thread's.
final class SchemaClaim: Sendable {
    private let epoch = Mutex<UInt64?>(nil)

    /// Where a history is to begin once the checkpoint is ours: what is kept so far is needed until then, since the start may
    /// end here. Nil: none is.
    private let beginning = Mutex<BinlogPosition?>(nil)

    func begins(at place: BinlogPosition?) { beginning.withLock { $0 = place } }

    func takeBeginning() -> BinlogPosition? { beginning.withLock { $0.take() } }

    /// The checkpoint is ours. What `store` has stays ours too if the epoch before was.
    func take(_ epoch: UInt64, in store: (any SchemaStore)?) throws {
        self.epoch.withLock { $0 = epoch }
        guard let store, var own = try store.load(), own.mark == "\(epoch &- 1)" else { return }
        own.mark = mark
        try store.replace(with: own)
    }

    /// Empty: it is not ours so far.
    var mark: String { epoch.withLock { $0.map { "\($0)" } ?? "" } }
}

/// How reading came to a place.
enum SchemaArrival: Equatable {
    /// Not by itself: `--start` says so.
    case choice
    /// It is a checkpoint's, of which `epoch` says who took it over last; nil: there is no telling. `former`: the same place in
    /// the log of another server, which was followed before.
    case checkpoint(epoch: UInt64?, former: FormerPlace? = nil)
}
