import Rows
import Sinks

/// Where the rows of each target of a run are kept, so that tables of two names which would be written over each other there
/// are found out also where one comes into sight later. Belongs to the source thread.
final class TargetStorages {
    private let sink: any Sink
    /// By what ``Sink/storages(of:)`` says.
    private var targets: [String: String] = [:]

    init(of sink: any Sink) {
        self.sink = sink
    }

    /// Takes `target` in; why it cannot be where another one is kept in the same place.
    func add(_ target: Table) -> String? {
        let name = target.targetName
        for storage in sink.storages(of: target) {
            // Tables that one view reads have one target.
            guard let other = targets[storage], other != name else {
                targets[storage] = name
                continue
            }
            return "\(other) and \(name) would both be written to \(storage): rename one of the targets in its view"
        }
        return nil
    }
}

extension Table {
    /// What messages call it as a target: a view need not name a database.
    var targetName: String { database.isEmpty ? name : "\(database).\(name)" }
}
