internal import Rows

// Full metadata name the columns, and still leave some of MariaDB's open.
extension SchemaHistory {
    /// Begins a history at `place`, where the log names columns: the server is asked for tables only if some have columns that
    /// may be something else than they look. What statements make is known from there.
    func beginSparse(at place: BinlogPosition) throws {
        catalogue = try server.emptyCatalogue(where: selects)
        catalogue?.isPartial = true
        untold = [:]
        ahead = []
        var begun = StoredHistory(base: place, versions: [])
        begun.log = try server.logIdentity()
        begun.mark = mark
        try store.replace(with: begun)
        // At once, since later the server may have changed what comes next.
        if try server.tablesLeftOpen().contains(where: selects) { _ = try learn(at: place) }
    }

    package func hints(for table: Name, _ open: OpenTable, at place: LogPlace) throws -> TableHints? {
        if catalogue == nil { try beginSparse(at: place.start) }
        _ = try adopt(upTo: place.start)
        if let hints = told(of: table, open) { return hints }
        // Other columns: it may have been changed out of sight of the log.
        catalogue?[table] = nil
        spared[table] = nil
        let end = ContinuousClock.now + Self.patience
        repeat {
            let (survey, live) = try learn(at: place.start)
            if let hints = told(of: table, open) { return hints }
            let touches = survey.touches[table] ?? []
            if let last = touches.last, !last.place.event.isBefore(live.begin) {
                try waitForStatement(on: table)
                continue
            }
            throw SchemaHistoryError.open(
                table, at: place.event, columns: open.columns,
                change: touches.last { !$0.spares(open.columns, period: open.mayHavePeriod) },
                reason: live.faults[table] ?? survey.cut.map { "the log cannot be read through to now: \($0)" })
        } while ContinuousClock.now < end
        throw SchemaHistoryError.restless
    }

    private func told(of table: Name, _ open: OpenTable) -> TableHints? {
        if let schema = catalogue?[table], open.fits(schema) { return open.hints(of: schema) }
        guard let known = spared[table], known.columns.isSuperset(of: open.columns.map { $0.lowercased() }),
            known.knowsPeriod || !open.mayHavePeriod
        else { return nil }
        return open.hints(of: known.schema)
    }

    /// Asks the server for all tables, and looks through the log from `place` to its end for what has changed since. What a
    /// table's statements did not touch is what it is now, and so are the columns that none of them names.
    private func learn(at place: BinlogPosition) throws -> (SchemaSurvey, SourceServer.LiveSchemas) {
        let live = try server.liveSchemas(where: selects)
        let survey = try survey(from: place, live)
        let known = try take(survey, live) { _ in true }
        try store.add(known.map { version(of: $0, from: place, isAsked: true) })
        var found: [Name] = []
        for (name, schema) in live.catalogue.tables.merging(live.unsure, uniquingKeysWith: { known, _ in known })
        where survey.cut == nil && catalogue?[name] == nil {
            let touches = survey.touches[name] ?? []
            if let last = touches.last, !last.place.event.isBefore(live.begin) { continue }
            let columns = schema.columns.map { $0.name.lowercased() }
            spared[name] = SparedColumns(
                schema: schema,
                columns: Set(columns.filter { column in touches.allSatisfy { $0.spares([column], period: false) } }),
                knowsPeriod: touches.allSatisfy { $0.spares([], period: true) })
            found.append(name)
        }
        // The next one to read from here is not to look through the log again, with a server waiting that sends it.
        try store.add(found.map { version(of: $0, from: place, isAsked: true) })
        return (survey, live)
    }

    /// Forgets columns of `tables` that `statement` may have changed, and returns whose.
    func dropSpared(of tables: Set<Name>, _ statement: LoggedStatement) -> Set<Name> {
        let dropped = tables.filter { name in
            guard let known = spared[name] else { return false }
            return !statement.spares(Array(known.columns), period: known.knowsPeriod)
        }
        for name in dropped { spared[name] = nil }
        return dropped
    }
}

/// Columns of a table that no statement names from where reading is to where the server was asked.
struct SparedColumns {
    /// As the server says now; the others of its columns may have been other ones.
    var schema: TableSchema
    /// In small letters.
    var columns: Set<String>
    var knowsPeriod: Bool

    /// What is kept of them.
    func state(of table: SourceServer.TableName) -> SchemaVersion.State {
        let indices = schema.columns.indices.filter { columns.contains(schema.columns[$0].name.lowercased()) }
        return .spared(schema.statement(creating: table), columns: indices, knowsPeriod: knowsPeriod)
    }
}
