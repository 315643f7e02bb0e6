import BinlogReader
import Rows
import Sinks

/// A pipeline's schema history in the state file. Each call opens the file anew: statements that change tables are rare.
final class StoredSchemas: SchemaStore {
    /// The state file's.
    private let path: String
    private let pipeline: String

    /// - Parameter isFormer: not the pipeline's own history, but the one of the server that it followed before.
    init(path: String, pipeline: String, isFormer: Bool = false) {
        self.path = path
        self.pipeline = isFormer ? "\(pipeline) (former server)" : pipeline
    }

    private static let table = "replicator_schemas"

    /// A row for the history's base, whose table is empty, and one a version.
    private static let definition = """
        CREATE TABLE IF NOT EXISTS \(table) (pipeline TEXT NOT NULL, database_name TEXT NOT NULL, \
        table_name TEXT NOT NULL, file TEXT NOT NULL, offset INTEGER NOT NULL, kind TEXT NOT NULL, definition TEXT NOT NULL, \
        statement_file TEXT, statement_offset INTEGER, is_asked INTEGER NOT NULL, \
        PRIMARY KEY (pipeline, database_name, table_name, file, offset))
        """

    private enum Kind: String {
        case base, table, absent, untold, database, spared
    }

    func load() throws -> StoredHistory? {
        do {
            guard let connection = try StateFile.openReading(path, table: Self.table) else { return nil }
            return try read(connection)
        } catch let error as SinkError where error.disposition != .retriable {
            throw SchemaStoreDamage(error.message)
        }
    }

    private func read(_ connection: SQLiteConnection) throws -> StoredHistory? {
        var base: BinlogPosition?
        var (mark, log) = ("", "")
        var versions: [SchemaVersion] = []
        var unknown: String?
        try SinkError.wrapping { () throws(SQLiteError) in
            try connection.query(
                """
                SELECT database_name, table_name, file, offset, kind, definition, statement_file, statement_offset, \
                is_asked FROM \(Self.table) WHERE pipeline = ?1
                """, [.text(pipeline)]
            ) { row in
                let place = BinlogPosition(file: row.text(2), offset: UInt64(clamping: row.integer(3)))
                let name = SchemaVersion.Name(database: row.text(0), name: row.text(1))
                let text = row.text(5)
                let state: SchemaVersion.State
                switch Kind(rawValue: row.text(4)) {
                case .base:
                    base = place
                    mark = text
                    log = row.text(6)
                    return
                case .table: state = .table(text)
                case .absent: state = .absent
                case .untold: state = .untold(text)
                case .database: state = .database(collation: text)
                case .spared:
                    guard let spared = Self.spared(text) else {
                        unknown = row.text(4)
                        return
                    }
                    state = spared
                case nil:
                    unknown = row.text(4)
                    return
                }
                let statement =
                    row.isNull(6) ? nil : BinlogPosition(file: row.text(6), offset: UInt64(clamping: row.integer(7)))
                versions.append(
                    SchemaVersion(name, from: place, state, statement: statement, isAsked: row.integer(8) != 0))
            }
        }
        if let unknown { throw SchemaStoreDamage("\(path): \(Self.table) has a row of the kind \(unknown)") }
        guard let base else {
            guard versions.isEmpty else {
                throw SchemaStoreDamage("\(path): \(Self.table) does not say where it begins")
            }
            return nil
        }
        var history = StoredHistory(base: base, versions: versions)
        history.mark = mark
        history.log = log
        return history
    }

    /// As ``insert(_:_:)`` writes it: numbers in the first line, and the statement behind it.
    private static func spared(_ definition: String) -> SchemaVersion.State? {
        let parts = definition.split(separator: "\n", maxSplits: 1)
        guard parts.count == 2 else { return nil }
        let words = parts[0].split(separator: " ")
        let numbers = words.compactMap { Int($0) }
        guard numbers.count == words.count, let knowsPeriod = numbers.first else { return nil }
        return .spared(String(parts[1]), columns: Array(numbers.dropFirst()), knowsPeriod: knowsPeriod != 0)
    }

    func replace(with history: StoredHistory?) throws {
        if history == nil, try StateFile.openReading(path, table: Self.table) == nil { return }
        try write { (connection: SQLiteConnection) throws(SQLiteError) in
            try connection.query("DELETE FROM \(Self.table) WHERE pipeline = ?1", [.text(pipeline)])
            guard let history else { return }
            try insert(
                SchemaVersion.Name(database: "", name: ""), history.base, .base, history.mark,
                BinlogPosition(file: history.log, offset: 0), false, connection)
            for version in history.versions { try insert(version, connection) }
        }
    }

    func add(_ versions: [SchemaVersion]) throws {
        try write { (connection: SQLiteConnection) throws(SQLiteError) in
            for version in versions { try insert(version, connection) }
        }
    }

    /// In one transaction, on disk when it returns.
    private func write(_ body: (SQLiteConnection) throws(SQLiteError) -> Void) throws(SinkError) {
        let connection = try SinkError.wrapping { () throws(SQLiteError) in
            let connection = try SQLiteConnection(path: path, access: .create)
            try connection.useWriteAheadLog()
            try connection.execute(Self.definition)
            return connection
        }
        try connection.withTransaction { () throws(SinkError) in
            try SinkError.wrapping { () throws(SQLiteError) in try body(connection) }
        }
    }

    private func insert(_ version: SchemaVersion, _ connection: SQLiteConnection) throws(SQLiteError) {
        let (kind, text): (Kind, String) =
            switch version.state {
            case .table(let text): (.table, text)
            case .absent: (.absent, "")
            case .untold(let reason): (.untold, reason)
            case .database(let collation): (.database, collation)
            case .spared(let text, let columns, let knowsPeriod):
                (.spared, "\(knowsPeriod ? 1 : 0) \(columns.map(String.init).joined(separator: " "))\n\(text)")
            }
        try insert(version.table, version.from, kind, text, version.statement, version.isAsked, connection)
    }

    private func insert(
        _ name: SchemaVersion.Name, _ place: BinlogPosition, _ kind: Kind, _ text: String,
        _ statement: BinlogPosition?, _ isAsked: Bool, _ connection: SQLiteConnection
    ) throws(SQLiteError) {
        try connection.query(
            "INSERT OR REPLACE INTO \(Self.table) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)",
            [
                .text(pipeline), .text(name.database), .text(name.name), .text(place.file),
                .integer(Int64(clamping: place.offset)), .text(kind.rawValue), .text(text),
                statement.map { .text($0.file) } ?? .null,
                statement.map { .integer(Int64(clamping: $0.offset)) } ?? .null, .integer(isAsked ? 1 : 0),
            ])
    }
}
