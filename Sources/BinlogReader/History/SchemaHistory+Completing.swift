internal import Rows

extension SchemaHistory {
    /// Finds out what tables of the selection are at `place` that are not known there: what the server says now, if no
    /// statement from there to the log's end changed it. What holds from behind a statement only is put ``ahead``. Throws
    /// where the log has rows that cannot be read that way.
    /// - Parameter isKept: what is put ahead is kept at once; the caller keeps the rest.
    /// - Returns: the tables of which more is known at `place` than was.
    func complete(
        at place: BinlogPosition, isKept: Bool = true, where wants: (Name) -> Bool
    ) throws -> Set<Name> {
        let end = ContinuousClock.now + Self.patience
        repeat {
            let live = try server.liveSchemas(where: selects)
            let survey = try survey(from: place, live)
            let unsettled = survey.lost.keys.first { name in
                wants(name) && survey.touches[name]?.last.map { !$0.place.event.isBefore(live.begin) } ?? false
            }
            if let unsettled {
                try waitForStatement(on: unsettled)
                continue
            }
            if let loss = survey.losses.first(where: { wants($0.table) }) { throw SchemaHistoryError(loss) }
            return try take(survey, live, isKept: isKept, where: wants)
        } while ContinuousClock.now < end
        throw SchemaHistoryError.restless
    }

    /// How long the server is asked again where a statement changes a table while it is asked for.
    package static let patience = Duration.seconds(60)

    /// The best moment to ask is when a statement has just ended: SHOW CREATE TABLE waits for its lock, and what begins then
    /// has yet to come to its own end.
    func waitForStatement(on table: Name) throws {
        _ = try server.statement(creating: table)
    }

    func take(
        _ survey: SchemaSurvey, _ live: SourceServer.LiveSchemas, isKept: Bool = true, where wants: (Name) -> Bool
    ) throws -> Set<Name> {
        for database in survey.untouchedDatabases where catalogue?.databases[database] == nil {
            catalogue?[collationOf: database] = live.catalogue.databases[database]
        }
        let known = survey.untouched.filter(wants)
        for name in known {
            catalogue?[name] = live.catalogue[name]
            untold[name] = nil
        }
        var later: [SchemaVersion] = []
        for name in survey.lost.keys where survey.cut == nil && wants(name) {
            guard let touch = survey.touches[name]?.last, let schema = live.catalogue[name] else { continue }
            // No statement: what others made in front of it has not been followed.
            later.append(
                SchemaVersion(name, from: touch.next, .table(schema.statement(creating: name)), isAsked: true))
        }
        ahead = (ahead + later).sorted { $0.from.isBefore($1.from) }
        if isKept { try store.add(later) }
        let faults = live.faults.filter { wants($0.key) && catalogue?[$0.key] == nil }
        untold.merge(faults) { $1 }
        return known.union(faults.keys)
    }

    /// Looks through the log from `place` to its end.
    func survey(from place: BinlogPosition, _ live: SourceServer.LiveSchemas) throws -> SchemaSurvey {
        guard let known = catalogue else { throw SchemaHistoryError.restless }
        var wrong: Set<String> = []
        while true {
            let survey = SchemaSurvey(
                known: known, live: live, wrongDatabases: wrong, stopper: server.stopper)
            // Nothing was logged since: the usual case of a start at the end.
            if place.isBefore(live.end) {
                do {
                    try server.survey(
                        from: place, serverID: serverID, selects: selects, isRepeated: try repeats?(),
                        namesColumns: known.isPartial, survey
                    ) { survey.isDone }
                } catch let error as EventError where known.isPartial {
                    survey.cut = error
                }
            }
            survey.finish(live)
            if survey.changedDatabases.isSubset(of: wrong) { return survey }
            wrong.formUnion(survey.changedDatabases)
        }
    }
}

extension SourceServer {
    /// Tells `schemas` of the statements and tables of the log from `start` to where it is done, or to the log's end of now.
    func survey(
        from start: BinlogPosition, serverID: UInt32, selects: @escaping @Sendable (TableName) -> Bool,
        isRepeated: ((_ gtid: String) -> Bool)? = nil, namesColumns: Bool = false, _ schemas: any TableSchemas,
        isDone: () -> Bool = { false }
    ) throws {
        var options = ReaderOptions(
            selects: { selects(TableName(database: $0, name: $1)) }, verifiesChecksums: false,
            skipsStatement: { _ in })
        options.isSurvey = true
        // What gets lost are rows.
        options.passesIncidents = namesColumns
        options.schemas = schemas
        options.isRepeated = isRepeated
        let reader = ChangeReader(source: log(from: start, serverID: serverID), start: start, options: options)
        while !isDone(), try reader.next() != nil {}
    }
}
