internal import MySQLClient
public import Rows

extension SourceServer {
    /// A table's name.
    public struct TableName: Equatable, Hashable, Sendable {
        public var database: String
        public var name: String

        public init(database: String, name: String) {
            self.database = database
            self.name = name
        }
    }

    /// The tables whose rows the log may have and that the account may see: no views, sequences or system tables. In
    /// the order of their names.
    public func tables() throws(StreamError) -> [TableName] {
        let result = try query(
            """
            SELECT TABLE_SCHEMA, TABLE_NAME FROM information_schema.TABLES
            WHERE TABLE_TYPE IN ('BASE TABLE', 'SYSTEM VERSIONED')
              AND TABLE_SCHEMA NOT IN ('mysql', 'information_schema', 'performance_schema', 'sys')
            ORDER BY BINARY TABLE_SCHEMA, BINARY TABLE_NAME
            """)
        return result.rows.indices.compactMap { row in
            guard let database = result.text(row, 0), let name = result.text(row, 1) else { return nil }
            return TableName(database: database, name: name)
        }
    }

    /// Those of the tables that `selects` takes, as ``table(database:name:)`` describes them.
    public func tables(
        where selects: (_ database: String, _ table: String) -> Bool
    ) throws(StreamError) -> [Table] {
        var described: [Table] = []
        for table in try tables() where selects(table.database, table.name) {
            // Gone since it was listed: no table.
            if let table = try self.table(database: table.database, name: table.name) { described.append(table) }
        }
        return described
    }

    /// A table as its rows will come from the log (with `binlog_row_metadata = FULL`); nil if there is none, or if the
    /// account may not see it.
    public func table(database: String, name: String) throws(StreamError) -> Table? {
        let columns = try liveColumns(database: database, table: name)
        guard !columns.isEmpty else { return nil }
        var described: [Column] = []
        for column in columns {
            guard let type = column.type else {
                throw StreamError(
                    .unsuitable,
                    "\(database).\(name), column \(column.name): \(column.columnType) is unknown to this version: leave the "
                        + "table out (tables = …, !\(database).\(name))")
            }
            described.append(
                Column(
                    name: column.name, type: type, isNullable: column.isNullable,
                    labelCollation: column.labelCollation))
        }
        let keyNames = try keyColumns(database: database, table: name, among: columns)
        let key = keyNames.compactMap { name in described.firstIndex { $0.name == name } }
        return Table(database: database, name: name, columns: described, primaryKey: key, metadata: .full)
    }

    /// A table's columns in their order; none if there is no such table, or if the account may not see it.
    func liveColumns(database: String, table: String) throws(StreamError) -> [LiveColumn] {
        let result = try query(
            """
            SELECT COLUMN_NAME, IS_NULLABLE, DATA_TYPE, COLUMN_TYPE, NUMERIC_PRECISION, NUMERIC_SCALE,
                   DATETIME_PRECISION, CHARACTER_MAXIMUM_LENGTH, COLLATION_NAME, COLUMN_KEY, GENERATION_EXPRESSION
            FROM information_schema.COLUMNS WHERE \(try isTable("TABLE_SCHEMA", database, table))
            ORDER BY ORDINAL_POSITION
            """)
        guard !result.rows.isEmpty else { return [] }
        let collations = try collationIDs()
        let json = try checkedJSON(database: database, table: table)
        let isVersioned = try isVersioned(database: database, table: table)
        let namesVersions = result.rows.indices.contains { result.text($0, 10) == "ROW START" }
        let columns = result.rows.indices.map { row in
            let number = { (column: Int) in result.text(row, column).flatMap { Int($0) } }
            let name = result.text(row, 0) ?? ""
            let collation = result.text(row, 8)
            return LiveColumn(
                name: name, isNullable: result.text(row, 1) == "YES", dataType: result.text(row, 2) ?? "",
                columnType: result.text(row, 3) ?? "", numericPrecision: number(4), numericScale: number(5),
                fractionDigits: number(6), characterCount: number(7), collation: collation,
                collationID: collation.flatMap { collations[$0] }, isCheckedJSON: json.contains(name),
                isKey: result.text(row, 9) == "PRI")
        }
        return isVersioned && !namesVersions ? columns + LiveColumn.versioning : columns
    }

    private func isVersioned(database: String, table: String) throws(StreamError) -> Bool {
        let result = try query(
            """
            SELECT 1 FROM information_schema.TABLES
            WHERE \(try isTable("TABLE_SCHEMA", database, table)) AND TABLE_TYPE = 'SYSTEM VERSIONED'
            """)
        return !result.rows.isEmpty
    }

    /// The columns of the primary key, in key order. Where a table has none, the server takes a unique key without NULLs
    /// for it, and so does its log (`TABLE_SHARE::init_from_binary_frm_image`, sql/table.cc); COLUMN_KEY tells which.
    private func keyColumns(
        database: String, table: String, among columns: [LiveColumn]
    ) throws(StreamError) -> [String] {
        let result = try query(
            """
            SELECT INDEX_NAME, COLUMN_NAME FROM information_schema.STATISTICS
            WHERE \(try isTable("TABLE_SCHEMA", database, table)) AND NON_UNIQUE = 0 ORDER BY INDEX_NAME, SEQ_IN_INDEX
            """)
        var names: [String] = []
        var parts: [String: [String]] = [:]
        for row in result.rows.indices {
            guard let index = result.text(row, 0), let column = result.text(row, 1) else { continue }
            if parts[index] == nil { names.append(index) }
            parts[index, default: []].append(column)
        }
        let hidden = columns.filter { $0.isKey && LiveColumn.versioning.contains($0) }.map(\.name)
        let shown = Set(columns.filter { $0.isKey && !LiveColumn.versioning.contains($0) }.map(\.name))
        let chosen = parts["PRIMARY"] ?? names.compactMap { parts[$0] }.first { !shown.isEmpty && Set($0) == shown }
        // Every unique key of such a table ends with the hidden column.
        return chosen.map { $0 + hidden } ?? []
    }

    /// The columns that a CHECK constraint keeps to JSON.
    private func checkedJSON(database: String, table: String) throws(StreamError) -> Set<String> {
        let result = try query(
            """
            SELECT CHECK_CLAUSE FROM information_schema.CHECK_CONSTRAINTS
            WHERE \(try isTable("CONSTRAINT_SCHEMA", database, table)) AND CHECK_CLAUSE LIKE '%json_valid(%'
            """)
        let clauses = result.rows.indices.compactMap { result.text($0, 0) }
        return Set(clauses.flatMap { CheckClause(text: $0).jsonColumns })
    }

    /// information_schema compares names without case, so `Shop` and `shop` would be one.
    private func isTable(_ schema: String, _ database: String, _ table: String) throws(StreamError) -> String {
        let connection = try connection()
        let (database, table) = (connection.literal(database), connection.literal(table))
        return "\(schema) = \(database) AND TABLE_NAME = \(table) AND BINARY \(schema) = \(database) "
            + "AND BINARY TABLE_NAME = \(table)"
    }
}
