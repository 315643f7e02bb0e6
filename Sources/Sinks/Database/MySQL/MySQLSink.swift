import MySQLClient
import Rows

/// A database of a MySQL or MariaDB server: rows and checkpoint in one transaction.
struct MySQLSink: Sink {
    private let settings: MySQLSettings

    init(_ settings: MySQLSettings) {
        self.settings = settings
    }

    var label: String { settings.label }
    var isKeyed: Bool { true }

    func findings(for tables: [Table]) throws(SinkError) -> [String] {
        let session = try MySQLSession(settings)
        return try MySQLFindings(settings: settings, isMariaDB: session.isMariaDB).findings(for: tables, on: session)
    }

    func foreignKeyGroups(of tables: [Table]) throws(SinkError) -> [String?] {
        guard settings.enforcesForeignKeys else { return Array(repeating: nil, count: tables.count) }
        return try MySQLSchemaReader(try MySQLSession(settings)).foreignKeyGroups(of: tables)
    }

    func place() throws(SinkError) -> (server: String, database: String)? {
        let identity = try MySQLSession(settings).query(ServerIdentity.query)
        return identity.text(0, 0).map { ($0, settings.database) }
    }

    func storages(of table: Table) -> [String] { ["table \(table.name) of \(settings.place)"] }

    func glance(at tables: [Table]) throws(SinkError) -> [TargetGlance?] {
        let session = try MySQLSession(settings)
        return try tables.map { (table) throws(SinkError) in
            let found = try session.query(GlanceStatement(table, quoted: Connection.identifier).text)
            return TargetGlance((0...table.columns.count).map { found.text(0, $0).flatMap { Int64($0) } ?? 0 })
        }
    }

    func makeCheckpointStore(pipeline: String) throws(SinkError) -> (any CheckpointStore)? {
        try MySQLCheckpointStore(settings: settings, pipeline: pipeline)
    }

    func makeWriter(pipeline: String, lane: Int, epoch: UInt64) throws(SinkError) -> any LaneWriter {
        try MySQLLaneWriter(settings: settings, pipeline: pipeline, lane: lane, epoch: epoch)
    }

    func makeReader() throws(SinkError) -> (any TargetReader)? {
        try MySQLReader(settings)
    }

    func makePreview() throws(SinkError) -> (any ChangePreview)? {
        try MySQLPreview(settings)
    }
}
