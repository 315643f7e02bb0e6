import Synchronization

/// A schema history that lasts as long as the process: of who only looks (`tail`, `try`).
package final class MemorySchemaStore: SchemaStore {
    private let history = Mutex<StoredHistory?>(nil)

    package init() {}

    package func load() -> StoredHistory? { history.withLock { $0 } }

    package func replace(with history: StoredHistory?) { self.history.withLock { $0 = history } }

    package func add(_ versions: [SchemaVersion]) {
        history.withLock { history in
            for version in versions {
                history?.versions.removeAll { $0.table == version.table && $0.from == version.from }
                history?.versions.append(version)
            }
        }
    }
}
