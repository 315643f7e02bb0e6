package import Rows

/// What a pipeline keeps of tables that a file of SQL declares: so that a restart finds them as the log's statements had
/// made them where it goes on.
package struct DeclaredHistory {
    private let file: SchemaFile
    private let store: any SchemaStore

    package init(_ file: SchemaFile, store: any SchemaStore) {
        self.file = file
        self.store = store
    }

    /// Reading begins at `place`, which is where the file says what tables are.
    package func begin(at place: BinlogPosition) throws {
        try store.replace(with: StoredHistory(base: place, versions: []))
    }

    /// Reading goes on at `place`. The file is read once more only if no statement has changed a table since.
    /// - Parameter mark: as ``SchemaHistory/keepOnly(ifMarked:orFrom:)`` takes it.
    package func goOn(at place: BinlogPosition, mark: String?) throws {
        let kept: StoredHistory
        do {
            guard let stored = try store.load() else { throw SchemaHistoryError.forgotten(file.path, at: place) }
            kept = stored
        } catch let damage as SchemaStoreDamage {
            throw SchemaHistoryError.forgotten(file.path, at: place, damage: damage)
        }
        guard !place.isBefore(kept.base), kept.base == place || !kept.mark.isEmpty && kept.mark == mark else {
            throw SchemaHistoryError.forgotten(file.path, at: place)
        }
        var next = kept.pruned(to: place)
        if kept.isDeclared, kept.log != file.fingerprint {
            guard kept.versions.allSatisfy({ $0.statement == nil }) else {
                throw SchemaHistoryError.edited(file.path, at: place)
            }
            next = StoredHistory(base: place, versions: [])
            next.mark = kept.mark
        }
        try store.replace(with: next)
    }

    /// Reading begins at `place`, by who has `mark`.
    package func take(at place: BinlogPosition, mark: String) throws {
        guard var own = try store.load(), own.mark == mark || own.base == place else {
            throw SchemaHistoryError.forgotten(file.path, at: place)
        }
        own.mark = mark
        try store.replace(with: own)
    }
}

extension StoredHistory {
    /// The file was read, and its tables are among the versions. (``log`` tells from which text.)
    var isDeclared: Bool { !log.isEmpty }

    /// Puts the tables in that `file` declares.
    /// - Parameter untold: those that it does not tell, and why.
    mutating func declare(_ catalogue: SchemaCatalogue, untold: [SchemaVersion.Name: String], by file: SchemaFile) {
        let empty = SchemaCatalogue(version: catalogue.version)
        versions = catalogue.tables.keys.map { catalogue.version(of: $0, from: base, untold: nil) }
        versions += untold.map { catalogue.version(of: $0.key, from: base, untold: $0.value) }
        versions += catalogue.versions(ofDatabasesSince: empty, from: base)
        log = file.fingerprint
    }
}
