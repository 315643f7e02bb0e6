internal import MySQLClient
package import Rows

extension SchemaHistory {
    /// Takes the history up at `place`, where reading begins: all versions from before are those of its tables there, and
    /// none is needed any more that holds no longer. Where nothing is kept that holds there, in this server's log, it begins
    /// anew: without tables where the log names columns.
    /// - Parameters:
    ///   - isCheckpoint: no restart begins before `place`, so that what only such a one asks for is removed from the store.
    ///   - former: the same place in another server's log, which what is kept may be of. It holds here where this server
    ///     cannot tell what tables were: they are the same, and what changes them comes in this log too, if not already told.
    /// - Returns: what the user should know.
    package func open(
        at place: BinlogPosition, isCheckpoint: Bool, former: FormerPlace? = nil
    ) throws -> [String] {
        var notices: [String] = []
        let log = try server.logIdentity()
        var elsewhere: StoredHistory?
        do {
            let stored = try store.load()
            if let stored, stored.log == log, !place.isBefore(stored.base) {
                try take(stored.pruned(to: place))
                if isCheckpoint { try store.replace(with: stored.pruned(to: place)) }
                try completeSelection(stored, at: place)
                return []
            }
            if let stored, let former, stored.log != log, stored.log == former.log ?? stored.log,
                !former.position.isBefore(stored.base)
            {
                elsewhere = stored.moved(from: former.position, to: place, in: log)
            }
        } catch let damage as SchemaStoreDamage {
            notices = ["the schema history cannot be read, and is built anew: \(damage)"]
        }
        catalogue = nil
        let namesColumns = try server.logsColumnNames()
        spared = [:]
        // Not without it at any time: a start that ends here would leave the next one nothing.
        if namesColumns || elsewhere == nil { try store.replace(with: nil) }
        if namesColumns {
            if try server.version().flavour == .mariaDB { try beginSparse(at: place) }
            return notices
        }
        do {
            try begin(at: place)
        } catch let error as SchemaHistoryError {
            guard let elsewhere else { throw error }
            let settled = try settle(elsewhere)
            try store.replace(with: settled)
            try take(settled)
        }
        return notices
    }

    /// Forgets a history that another reader may have left behind, since somebody else's mark is the last one now: unless it
    /// begins right at `place`, where reading is to go on. (What it says of that place is a fact of the log, and all behind
    /// it is read again.)
    /// - Parameter mark: who read last; nil: nobody, or there is no telling.
    package func keepOnly(ifMarked mark: String?, orFrom place: BinlogPosition) throws {
        do {
            guard let stored = try store.load(), stored.base != place else { return }
            if stored.mark.isEmpty || stored.mark != mark { try store.replace(with: nil) }
        } catch is SchemaStoreDamage {
            // For `open` to tell.
        }
    }

    /// Forgets what is kept, unless it can be told that it holds at `place`, where reading is to begin that has not come
    /// there by itself: if a statement that it has followed from the log lies there or behind, and is there still.
    package func keepOnly(ifKnownAt place: BinlogPosition) throws {
        let stored: StoredHistory
        do {
            guard let kept = try store.load() else { return }
            stored = kept
        } catch is SchemaStoreDamage {
            // For `open` to tell.
            return
        }
        let isCovered = !place.isBefore(stored.base) && !stored.end.isBefore(place)
        let last = stored.versions.last { $0.statement != nil && $0.from == stored.end }
        guard isCovered, stored.log == (try server.logIdentity()), let statement = last?.statement,
            try server.hasStatement(endingAt: stored.end, from: statement)
        else { return try store.replace(with: nil) }
    }

    /// Fills the catalogue.
    func take(_ stored: StoredHistory) throws {
        catalogue = try server.emptyCatalogue(where: selects)
        catalogue?.isPartial = try server.logsColumnNames()
        untold = [:]
        ahead = []
        spared = [:]
        changes = ColumnChanges()
        for version in stored.versions.sorted(by: { $0.from.isBefore($1.from) }) {
            if version.isSpared, !isSparse { continue }
            guard stored.base.isBefore(version.from) else {
                try put(version)
                continue
            }
            // What a statement made, it makes again.
            if version.isAsked { ahead.append(version) }
        }
    }

    /// Of a table that is selected by now, and was not when the history began, nothing is kept.
    private func completeSelection(_ stored: StoredHistory, at place: BinlogPosition) throws {
        if try server.logsColumnNames() { return }
        let kept = Set(stored.versions.filter { !$0.isSpared }.map(\.table))
        let missing = Set(try server.tables().filter { selects($0) && !kept.contains($0) })
        if missing.isEmpty { return }
        let asked = try complete(at: place, where: missing.contains)
        try store.add(asked.map { version(of: $0, from: place, isAsked: true) })
    }

    /// Begins a history at `place`.
    func begin(at place: BinlogPosition) throws {
        catalogue = try server.emptyCatalogue(where: selects)
        untold = [:]
        ahead = []
        let tables = try complete(at: place, isKept: false) { _ in true }
        var versions = tables.map { version(of: $0, from: place, isAsked: true) }
        if let catalogue {
            let empty = SchemaCatalogue(version: catalogue.version)
            versions += catalogue.versions(ofDatabasesSince: empty, from: place)
        }
        var begun = StoredHistory(base: place, versions: versions + ahead)
        begun.log = try server.logIdentity()
        begun.mark = mark
        try store.replace(with: begun)
    }
}
