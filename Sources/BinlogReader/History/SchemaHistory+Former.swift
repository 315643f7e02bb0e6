package import Rows

/// A place in the log of a server that was followed before.
package struct FormerPlace: Equatable, Sendable {
    package var position: BinlogPosition
    /// Whose log (``SourceServer/logIdentity()``); nil: there is no telling.
    package var log: String?

    package init(position: BinlogPosition, log: String?) {
        self.position = position
        self.log = log
    }
}

extension SchemaHistory {
    /// `elsewhere` as far as it holds in this log. It has the effects of all that was taken in from the other one; where some
    /// of that comes again behind the base, here the tables were not what it says before that.
    func settle(_ elsewhere: StoredHistory) throws -> StoredHistory {
        guard let isRepeated = try repeats?() else { return elsewhere }
        try take(elsewhere)
        guard let catalogue else { return elsewhere }
        let statements = RepeatedStatements(on: catalogue, stopper: server.stopper)
        try server.survey(
            from: elsewhere.base, serverID: serverID, selects: selects, isRepeated: isRepeated, statements)
        var settled = elsewhere
        settled.versions = elsewhere.versions.flatMap { version in
            guard let touches = statements.touches[version.table], let last = touches.last else { return [version] }
            func again(behind touch: LoggedStatement) -> SchemaVersion {
                SchemaVersion(version.table, from: touch.next, version.state, isAsked: true)
            }
            if touches.allSatisfy(\.keepsColumns) { return [version] + touches.map(again) }
            var before = version
            before.state = .untold(
                "the statement at \(last.place.event), which the log followed before had in front of the place where reading "
                    + "went on, changed it afterwards")
            return statements.mixed.contains(version.table) ? [before] : [before, again(behind: last)]
        }
        return settled
    }
}

/// Goes through a log for statements that were taken in before, and come again. Confined to one thread.
private final class RepeatedStatements: TableSchemas {
    typealias Name = SourceServer.TableName

    /// By table, in their order.
    private(set) var touches: [Name: [LoggedStatement]] = [:]
    /// Tables that others have changed in front of the last of these.
    private(set) var mixed: Set<Name> = []
    private var others: Set<Name> = []
    private let catalogue: SchemaCatalogue
    private let stopper: StreamStopper

    init(on catalogue: SchemaCatalogue, stopper: StreamStopper) {
        self.catalogue = catalogue
        self.stopper = stopper
    }

    func take(_ statement: LoggedStatement) throws -> Set<Name> {
        try stopper.checkNotStopped()
        // Which tables it names is asked, not what it makes of them: the catalogue may have that already.
        var scratch = catalogue
        let (touched, fault) = scratch.follow(statement)
        for name in touched.union(fault?.tables.map(catalogue.folded) ?? []) {
            if statement.isRepeated {
                touches[name, default: []].append(statement)
                if others.contains(name) { mixed.insert(name) }
            } else {
                others.insert(name)
            }
        }
        return []
    }

    func answer(for table: Name, at place: LogPlace) throws -> SchemaAnswer {
        try stopper.checkNotStopped()
        return .unwanted
    }

    func hints(for table: Name, _ open: OpenTable, at place: LogPlace) throws -> TableHints? {
        try stopper.checkNotStopped()
        return nil
    }
}
