import Glibc
public import Rows

/// Keeps the tables of a SQLite file equal to their source: exactly once, since rows and checkpoint share a
/// transaction.
///
/// A SQLite file is one database, so the target tables' database names are not used. The file and the target tables
/// must exist; it is switched to a write-ahead log. How values are stored is told by ``SQLiteStorage``.
public final class SQLiteSink: Sink {
    private let path: String
    private let settings: SQLiteSettings

    /// - Parameters:
    ///   - path: the file, absolute or relative to the process's folder.
    ///   - options: `triggers = refuse | allow` and `foreign-keys = enforce | ignore` are taken from it.
    public init(path: String, options: inout SinkOptions) throws(SinkError) {
        self.path = path
        settings = try SQLiteSettings(&options)
    }

    public var label: String { "sqlite:\(path)" }

    public var isKeyed: Bool { true }

    public func findings(for tables: [Table]) throws(SinkError) -> [String] {
        try SinkError.wrapping { () throws(SQLiteError) in
            let connection = try SQLiteConnection(path: path, access: .write)
            return try SQLiteFindings(settings: settings).findings(for: tables, on: connection)
        }
    }

    /// Over all tables of the file, replicated or not.
    public func foreignKeyGroups(of tables: [Table]) throws(SinkError) -> [String?] {
        guard settings.enforcesForeignKeys else { return Array(repeating: nil, count: tables.count) }
        var groups = ForeignKeyGroups()
        try SinkError.wrapping { () throws(SQLiteError) in
            let connection = try SQLiteConnection(path: path, access: .read)
            try connection.query(
                """
                SELECT child.name, key."table" FROM sqlite_schema AS child, pragma_foreign_key_list(child.name) AS key \
                WHERE child.type = 'table'
                """, []
            ) { row in
                groups.tie(SQLiteTableSchema.folded(row.text(0)), SQLiteTableSchema.folded(row.text(1)))
            }
        }
        return tables.map { groups.name(of: SQLiteTableSchema.folded($0.name)) }
    }

    public func storages(of table: Table) -> [String] {
        var file = path
        if let resolved = realpath(path, nil) {
            file = String(cString: resolved)
            free(resolved)
        }
        return ["table \(SQLiteTableSchema.folded(table.name)) of \(file)"]
    }

    public func glance(at tables: [Table]) throws(SinkError) -> [TargetGlance?] {
        try SinkError.wrapping { () throws(SQLiteError) in
            let connection = try SQLiteConnection(path: path, access: .read)
            return try tables.map { table throws(SQLiteError) in
                var values: [Int64] = []
                try connection.query(GlanceStatement(table, quoted: SQLDialect.sqlite.quoted).text, []) { row in
                    values = (0..<row.columnCount).map { row.integer($0) }
                }
                return TargetGlance(values)
            }
        }
    }

    public func makeCheckpointStore(pipeline: String) throws(SinkError) -> (any CheckpointStore)? {
        let connection = try SinkError.wrapping { () throws(SQLiteError) in
            try SQLiteConnection(path: path, access: .write)
        }
        return SQLiteCheckpointStore(connection: connection, pipeline: pipeline)
    }

    public func makeWriter(pipeline: String, lane: Int, epoch: UInt64) throws(SinkError) -> any LaneWriter {
        try SQLiteLaneWriter(path: path, settings: settings, pipeline: pipeline, lane: lane, epoch: epoch)
    }

    public func makeReader() throws(SinkError) -> (any TargetReader)? {
        try SQLiteReader(path: path)
    }

    public func makePreview() throws(SinkError) -> (any ChangePreview)? {
        try SQLitePreview(path: path, settings: settings)
    }
}
