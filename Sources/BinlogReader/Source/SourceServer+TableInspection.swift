internal import MySQLClient
public import Rows

/// What the live server tells of the tables that are to be followed.
public struct TableInspection: Sendable {
    /// As their rows will come from the log, in the order of their names.
    public var tables: [Table] = []
    /// What must be mended before their rows can be replicated; each with the ways out.
    public var problems: [String] = []
    /// What may be as it is, and is worth knowing.
    public var notices: [String] = []
    /// Foreign keys by which the server changes rows of these tables without logging them.
    public var cascades: [CascadingKey] = []

    public init() {}

    /// A foreign key with ON DELETE or ON UPDATE that changes rows of its child table.
    public struct CascadingKey: Equatable, Sendable {
        public var child: SourceServer.TableName
        /// The child's columns, by commas.
        public var columns: String
        public var parent: SourceServer.TableName
        /// `ON DELETE CASCADE ON UPDATE SET NULL`
        public var rules: String
    }
}

extension SourceServer {
    /// Looks at those of the tables that `selects` takes.
    public func inspectTables(
        where selects: (_ database: String, _ table: String) -> Bool
    ) throws(StreamError) -> TableInspection {
        var inspection = TableInspection()
        // MySQL logs what its foreign keys do since 9.6.
        let version = try version()
        let logsCascades = version.flavour == .mySQL && version.isAtLeast(9, 6)
        for name in try tables() where selects(name.database, name.name) {
            do throws(StreamError) {
                // Gone since it was listed: no table.
                guard let live = try liveTable(database: name.database, name: name.name) else { continue }
                if let problem = Self.versioningProblem(live, name) {
                    inspection.problems.append(problem)
                    continue
                }
                inspection.tables.append(try describe(live, database: name.database, name: name.name))
                if logsCascades { continue }
                inspection.cascades += live.definition.cascadingKeys.map { Self.cascade($0, of: name) }
            } catch {
                guard error.kind == .denied || error.kind == .unsuitable else { throw error }
                inspection.problems.append(error.description)
            }
        }
        for name in try tables(types: "'SEQUENCE'") where selects(name.database, name.name) {
            inspection.notices.append(
                "\(name.database).\(name.name) is a sequence: it is no table, and is not replicated")
        }
        return inspection
    }

    private static func cascade(
        _ key: TableDefinition.CascadingKey, of child: TableName
    ) -> TableInspection.CascadingKey {
        TableInspection.CascadingKey(
            child: child, columns: key.columns,
            parent: TableName(database: key.parentDatabase ?? child.database, name: key.parent), rules: key.rules)
    }

    /// Versions by transaction number: their changes are logged as statements, whatever `binlog_format` says [seen on
    /// 10.11].
    private static func versioningProblem(_ live: LiveTable, _ name: TableName) -> String? {
        guard let period = live.definition.period, !period.isHidden,
            live.columns.contains(where: { $0.name == period.end && $0.dataType == "bigint" })
        else { return nil }
        let table = "\(name.database).\(name.name)"
        return "\(table) is WITH SYSTEM VERSIONING by transaction numbers, and the server logs changes of such tables "
            + "as statements only: leave it out (tables = …, !\(table)), or give it TIMESTAMP(6) columns for its period"
    }
}
