internal import Rows

/// Where statements changed tables' columns last. Rows of an XA transaction are read where it is committed, and were logged where
/// it was prepared: a server that was restarted in between holds no locks for it, and lets a table be changed.
struct ColumnChanges {
    private var places: [SourceServer.TableName: BinlogPosition] = [:]

    /// The statement at `place` has made of `before` what the tables are `after` it.
    mutating func note(
        _ tables: some Sequence<SourceServer.TableName>, at place: BinlogPosition, _ before: SchemaCatalogue,
        _ after: SchemaCatalogue
    ) {
        for name in tables where before[name]?.columns != after[name]?.columns { places[name] = place }
    }

    /// Likewise, as it is kept.
    mutating func note(_ version: SchemaVersion) {
        if let place = version.statement { places[version.table] = place }
    }

    /// Throws if what is known of the table does not hold for the TABLE_MAP event at `place`, which was prepared before.
    func check(_ table: SourceServer.TableName, at place: LogPlace) throws(SchemaHistoryError) {
        guard let prepared = place.prepared, let change = places[table], !change.isBefore(prepared) else {
            return
        }
        throw .prepared(table, at: place.event, prepared: prepared, change: change)
    }
}
