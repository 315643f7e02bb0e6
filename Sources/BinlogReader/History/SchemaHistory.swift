internal import Rows

/// What tables are at each place of a server's log, for rows whose TABLE_MAP events do not name their columns. Begins with
/// what the server says of them at a known place, is moved on by the statements of the log, and kept in a store, so that it
/// can be taken up at any place between. Confined to the reader's thread.
package final class SchemaHistory: TableSchemas {
    package typealias Name = SourceServer.TableName

    let store: any SchemaStore
    let server: SourceServer
    /// Who we are if the log has to be looked through.
    let serverID: UInt32
    let selects: @Sendable (Name) -> Bool
    /// What a history that begins here is marked with (``StoredHistory/mark``).
    let mark: String
    /// Makes what tells of transactions that come again behind the place where reading begins: see
    /// ``ReaderOptions/isRepeated``. Nil: none does.
    package var repeats: (() throws -> (_ gtid: String) -> Bool)?
    /// The schema where reading is; nil: nobody has asked for it yet.
    var catalogue: SchemaCatalogue?
    /// Why tables cannot be told since a statement.
    var untold: [Name: String] = [:]
    /// The log names columns, so that only MariaDB's own types are asked for, and nothing before rows of such columns come.
    var isSparse: Bool { catalogue?.isPartial ?? false }
    /// What is known of columns of tables that are not known.
    var spared: [Name: SparedColumns] = [:]
    var changes = ColumnChanges()
    /// What holds from places ahead: the statement there cannot be followed, and what it made is known all the same.
    var ahead: [SchemaVersion] = []

    /// - Parameters:
    ///   - server: who is asked about tables.
    ///   - serverID: no other reader's of the server, and not that of the stream that this history serves.
    package init(
        _ server: SourceServer, serverID: UInt32, store: any SchemaStore, mark: String = "",
        selects: @escaping @Sendable (_ database: String, _ table: String) -> Bool
    ) {
        self.server = server
        self.serverID = serverID
        self.store = store
        self.mark = mark
        self.selects = { selects($0.database, $0.name) }
    }

    package func take(_ statement: LoggedStatement) throws -> Set<Name> {
        // What was asked for in front of the statement was known before it.
        let adopted = try adopt(upTo: statement.place.event)
        guard var moved = catalogue else { return [] }
        let before = moved
        let (touched, fault) = moved.follow(statement)
        let unspared = dropSpared(of: touched.union(fault?.tables.map(moved.folded) ?? []), statement)
        var changed = touched.filter { moved[$0] != before[$0] || untold[$0] != nil }
        catalogue = moved
        for name in changed { untold[name] = nil }
        if let fault {
            for name in fault.tables.map(moved.folded) where !isSparse || before[name] != nil {
                changed.insert(name)
                catalogue?[name] = nil
                untold[name] = "\(statement.place.event): \(fault.reason)"
            }
        }
        if let catalogue { changes.note(changed, at: statement.place.event, before, catalogue) }
        let awaited = try adopt(upTo: statement.next)
        changed.formUnion(awaited)
        // Of a table that is known from further ahead no rows come before.
        let lost = changed.filter { name in untold[name] != nil && !ahead.contains { $0.table == name } }
        let asked = lost.isEmpty || isSparse ? [] : try complete(at: statement.next, where: lost.contains)
        var versions = changed.union(unspared).map { name in
            version(
                of: name, from: statement.next, statement.place.event,
                isAsked: asked.contains(name) || awaited.contains(name))
        }
        versions += moved.versions(ofDatabasesSince: before, from: statement.next, statement.place.event)
        if !versions.isEmpty { try store.add(versions) }
        return changed.union(adopted).union(unspared)
    }

    package func answer(for table: Name, at place: LogPlace) throws -> SchemaAnswer {
        _ = try adopt(upTo: place.start)
        if isSparse {
            if let schema = catalogue?[table], schema.leavesTextOpen { catalogue?[table] = nil }
        }
        if let schema = catalogue?[table] {
            try changes.check(catalogue?.folded(table) ?? table, at: place)
            return .known(schema)
        }
        // Not asked for so far, or a table that was not selected when the history began.
        if catalogue == nil {
            try begin(at: place.start)
        } else if untold[table] == nil || isSparse {
            let asked = try complete(at: place.start) { isSparse || $0 == table }
            try store.add(asked.map { version(of: $0, from: place.start, isAsked: true) })
        }
        if let schema = catalogue?[table] { return .known(schema) }
        let later = ahead.first { $0.table == table }.map { "a statement in front of \($0.from) changed it afterwards" }
        throw SchemaHistoryError.untold(table, at: place.event, reason: untold[table] ?? later)
    }

    /// Takes over what is known to hold from a place that reading has come to.
    func adopt(upTo place: BinlogPosition) throws -> Set<Name> {
        var adopted: Set<Name> = []
        while let next = ahead.first, !place.isBefore(next.from) {
            ahead.removeFirst()
            try put(next)
            adopted.insert(next.table)
        }
        return adopted
    }

    /// What the history keeps of a table as it is here.
    func version(
        of table: Name, from place: BinlogPosition, _ statement: BinlogPosition? = nil, isAsked: Bool
    ) -> SchemaVersion {
        if let known = spared[table], catalogue?[table] == nil {
            return SchemaVersion(table, from: place, known.state(of: table), statement: statement, isAsked: isAsked)
        }
        return catalogue?.version(of: table, from: place, statement, untold: untold[table], isAsked: isAsked)
            ?? SchemaVersion(table, from: place, .absent, statement: statement, isAsked: isAsked)
    }

    /// Makes a version what holds here. Throws ``SchemaStoreDamage`` if it cannot be read.
    func put(_ version: SchemaVersion) throws {
        if case .untold(let reason) = version.state {
            untold[version.table] = reason
        } else {
            untold[version.table] = nil
        }
        spared[version.table] = nil
        changes.note(version)
        guard case .spared(let text, let indices, let knowsPeriod) = version.state else {
            try catalogue?.put(version)
            return
        }
        var scratch = catalogue
        try scratch?.put(SchemaVersion(version.table, from: version.from, .table(text)))
        try catalogue?.put(version)
        guard let schema = scratch?[version.table] else { return }
        let columns = indices.filter(schema.columns.indices.contains).map { schema.columns[$0].name.lowercased() }
        spared[version.table] = SparedColumns(schema: schema, columns: Set(columns), knowsPeriod: knowsPeriod)
    }
}
