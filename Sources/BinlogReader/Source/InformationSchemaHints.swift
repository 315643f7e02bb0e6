public import MySQLClient

/// Asks the source server's information_schema what the log leaves open. The answer is what the table is now: right for
/// as long as nobody changes the type of such a column, which is DDL that the log tells of. Confined to one thread, but
/// for its ``stopper``.
public final class InformationSchemaHints: ColumnHints {
    private let server: SourceServer

    public init(_ connection: ConnectionOptions) {
        server = SourceServer(connection)
    }

    /// Ends a question that waits for the server, from another thread.
    public var stopper: StreamStopper { server.stopper }

    public func hints(database: String, table: String, columns: [String]) throws -> [String: ColumnHint] {
        let live = try liveTable(database, table).columns
        var hints: [String: ColumnHint] = [:]
        var missing: [String] = []
        for name in columns {
            // Column names have no case (`Field::cmp_str`), and the log has them as the table has.
            guard let column = live.first(where: { $0.name == name }) else {
                missing.append(name)
                continue
            }
            hints[name] = column.hint
        }
        guard missing.isEmpty else {
            throw StreamError(
                .other,
                "the log has rows of \(database).\(table) with the columns \(Self.list(missing)), which the table on the "
                    + "server does not have (any more): whether they are UUID, INET4, INET6, JSON or VECTOR cannot be told. "
                    + "Ways out: leave the table out (tables = …, !\(database).\(table)), or start after the ALTER TABLE that "
                    + "took them away")
        }
        return hints
    }

    public func period(database: String, table: String) throws -> SystemPeriod? {
        try liveTable(database, table).definition.period
    }

    private func liveTable(_ database: String, _ table: String) throws(StreamError) -> SourceServer.LiveTable {
        if let live = try server.liveTable(database: database, name: table) { return live }
        throw StreamError(
            .other,
            "the log has rows of \(database).\(table), which is not (or no longer) on the server: what the log leaves open "
                + "about its columns (UUID, INET4, INET6, JSON, VECTOR, WITH SYSTEM VERSIONING) cannot be told. Ways out: "
                + "leave the table out (tables = …, !\(database).\(table)), or start after it was dropped")
    }

    private static func list(_ names: [String]) -> String {
        names.map { Connection.identifier($0) }.joined(separator: ", ")
    }
}
