internal import MySQLClient
public import Rows

extension SourceServer {
    /// A table as the server describes it now.
    struct LiveTable {
        /// In their order.
        var columns: [LiveColumn]
        var definition: TableDefinition
    }

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
        try tables(types: "'BASE TABLE', 'SYSTEM VERSIONED'")
    }

    /// Those of some of information_schema's table types.
    func tables(types: String) throws(StreamError) -> [TableName] {
        let result = try query(
            """
            SELECT TABLE_SCHEMA, TABLE_NAME FROM information_schema.TABLES
            WHERE TABLE_TYPE IN (\(types))
              AND TABLE_SCHEMA NOT IN ('mysql', 'information_schema', 'performance_schema', 'sys')
            ORDER BY BINARY TABLE_SCHEMA, BINARY TABLE_NAME
            """)
        return result.rows.indices.compactMap { row in
            guard let database = result.text(row, 0), let name = result.text(row, 1) else { return nil }
            return TableName(database: database, name: name)
        }
    }

    /// A table as its rows will come from the log (with `binlog_row_metadata = FULL`); nil if there is none. Of a table
    /// `WITH SYSTEM VERSIONING` these are its current rows. Throws if the account may not read it.
    public func table(database: String, name: String) throws(StreamError) -> Table? {
        guard let live = try liveTable(database: database, name: name) else { return nil }
        return try describe(live, database: database, name: name)
    }

    func describe(_ live: LiveTable, database: String, name: String) throws(StreamError) -> Table {
        var described: [Column] = []
        for column in live.columns {
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
        let keyNames = try keyColumns(database: database, table: name, among: live)
        let key = keyNames.compactMap { name in described.firstIndex { $0.name == name } }
        return Table(database: database, name: name, columns: described, primaryKey: key, metadata: .full)
    }

    /// What the server says of a table; nil if there is no such table. Throws if the account may not read it.
    func liveTable(database: String, name: String) throws(StreamError) -> LiveTable? {
        let name = TableName(database: database, name: name)
        guard let definition = try statement(creating: name).map({ TableDefinition($0) }) else { return nil }
        let result = try query(
            """
            SELECT COLUMN_NAME, IS_NULLABLE, DATA_TYPE, COLUMN_TYPE, NUMERIC_PRECISION, NUMERIC_SCALE,
                   DATETIME_PRECISION, CHARACTER_MAXIMUM_LENGTH, COLLATION_NAME, COLUMN_KEY
            FROM information_schema.COLUMNS WHERE \(try isTable("TABLE_SCHEMA", database, name.name))
            ORDER BY ORDINAL_POSITION
            """)
        let collations = try collationIDs()
        let columns = result.rows.indices.map { row in
            let number = { (column: Int) in result.text(row, column).flatMap { Int($0) } }
            let name = result.text(row, 0) ?? ""
            let collation = result.text(row, 8)
            return LiveColumn(
                name: name, isNullable: result.text(row, 1) == "YES", dataType: result.text(row, 2) ?? "",
                columnType: result.text(row, 3) ?? "", numericPrecision: number(4), numericScale: number(5),
                fractionDigits: number(6), characterCount: number(7), collation: collation,
                collationID: collation.flatMap { collations[$0] },
                isCheckedJSON: definition.jsonColumns.contains(name), isKey: result.text(row, 9) == "PRI")
        }
        return columns.isEmpty ? nil : LiveTable(columns: columns, definition: definition)
    }

    /// What SHOW CREATE TABLE prints; nil if there is no such table. Throws if the account may not read it.
    func statement(creating table: TableName) throws(StreamError) -> String? {
        let name = "\(Connection.identifier(table.database)).\(Connection.identifier(table.name))"
        do {
            let result = try ask("SHOW CREATE TABLE \(name)")
            return result.rows.isEmpty ? nil : result.text(0, 1) ?? ""
        } catch {
            switch (error as? MySQLError)?.code {
            case 1146, 1049: return nil  // ER_NO_SUCH_TABLE, ER_BAD_DB_ERROR
            case 1044, 1142, 1143:  // ER_DBACCESS_DENIED_ERROR, ER_TABLEACCESS_…, ER_COLUMNACCESS_DENIED_ERROR
                throw StreamError(
                    .denied,
                    "the account may not read \(table.database).\(table.name): GRANT SELECT ON \(name) TO "
                        + Self.account(try connection()))
            default: throw explain(error)
            }
        }
    }

    /// The columns of the primary key, in key order. Where a table has none, the server takes a unique key without NULLs
    /// for it, and so does its log (`TABLE_SHARE::init_from_binary_frm_image`, sql/table.cc); COLUMN_KEY tells which.
    private func keyColumns(
        database: String, table: String, among live: LiveTable
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
        let marked = Set(live.columns.filter(\.isKey).map(\.name))
        let chosen = parts["PRIMARY"] ?? names.compactMap { parts[$0] }.first { !marked.isEmpty && Set($0) == marked }
        // With versions, every unique key ends with the period's end.
        return chosen?.filter { $0 != live.definition.period?.end } ?? []
    }

    /// information_schema compares names without case, so `Shop` and `shop` would be one.
    private func isTable(_ schema: String, _ database: String, _ table: String) throws(StreamError) -> String {
        let connection = try connection()
        let (database, table) = (connection.literal(database), connection.literal(table))
        return "\(schema) = \(database) AND TABLE_NAME = \(table) AND BINARY \(schema) = \(database) "
            + "AND BINARY TABLE_NAME = \(table)"
    }
}
