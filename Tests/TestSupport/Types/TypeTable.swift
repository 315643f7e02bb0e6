public import MySQLClient

/// A table of the source whose columns go through edge values, and the statements that take it through them: the
/// tests hold what comes out at the other end against the server itself, or against its `mysqlbinlog`.
public struct TypeTable: Sendable {
    public struct Column: Sendable {
        public var name: String
        /// What follows the name in CREATE TABLE.
        public var definition: String
        /// SQL literals: row i takes the i-th, beginning again at the end. Empty: no INSERT names the column.
        public var values: [String]
    }

    public var name: String
    public var columns: [Column]
    /// What follows the columns in CREATE TABLE.
    public var options = ""
    /// Columns of the key with a value for each row, all different, and one more that row 2 takes later; nil: `n`, the
    /// row's number, is the key.
    public var key: [Column]?
    /// Parts of the PRIMARY KEY, where they are not just the columns of `key`.
    public var keyParts: String?
    /// Which the session sets for these statements.
    public var settings = ""

    public init(_ name: String, _ columns: [(definition: String, values: [String])]) {
        self.name = name
        self.columns = columns.enumerated().map {
            Column(name: "c\($0 + 1)", definition: $1.definition, values: $1.values)
        }
    }

    /// A table whose key is of other types than a number.
    public init(_ name: String, key: [(definition: String, values: [String])], parts: String? = nil) {
        self.name = name
        self.key = key.enumerated().map { Column(name: "k\($0 + 1)", definition: $1.definition, values: $1.values) }
        keyParts = parts
        columns = [Column(name: "note", definition: "TEXT", values: ["'first'", "NULL", "'third'"])]
    }

    /// The number of rows that it is given.
    public var rowCount: Int {
        if let count = key?.map(\.values.count).max() { return count - 1 }
        return columns.map(\.values.count).max() ?? 1
    }

    /// Takes the table through all its values: rows inserted by one statement and singly, each updated to the values of
    /// the next one, keys changed, rows deleted, and one inserted again. Most of the rows stay.
    public var changes: [String] {
        let table = Connection.identifier(name)
        let rows = (0..<rowCount).map { "(\(values($0).joined(separator: ", ")))" }
        let listed = listedColumns.map { Connection.identifier($0.name) }.joined(separator: ", ")
        let insert = "INSERT INTO \(table) (\(listed)) VALUES "
        let half = (rowCount + 1) / 2
        var changes = [insert + rows[..<half].joined(separator: ", ")]
        changes += rows[half...].map { insert + $0 }
        for row in 0..<rowCount {
            let next = columns.filter { !$0.values.isEmpty }.map { column in
                "\(Connection.identifier(column.name)) = \(column.values[(row + 1) % column.values.count])"
            }
            if !next.isEmpty {
                changes.append("UPDATE \(table) SET \(next.joined(separator: ", ")) WHERE n = \(row + 1)")
            }
        }
        if let key {
            let spare = key.map { "\(Connection.identifier($0.name)) = \($0.values[$0.values.count - 1])" }
            changes.append("UPDATE \(table) SET \(spare.joined(separator: ", ")) WHERE n = 2")
        }
        changes.append("UPDATE \(table) SET n = n + 1000 WHERE n % 5 = 3")
        changes.append("DELETE FROM \(table) WHERE n % 5 = 1")
        changes.append(insert + rows[0])
        return changes
    }

    public var creation: String {
        let defined = [Column(name: "n", definition: "INT NOT NULL", values: [])] + (key ?? []) + columns
        let list = defined.map { "\(Connection.identifier($0.name)) \($0.definition)" }.joined(separator: ", ")
        let parts = keyParts ?? (key?.map { Connection.identifier($0.name) } ?? ["n"]).joined(separator: ", ")
        return "CREATE TABLE \(Connection.identifier(name)) (\(list), PRIMARY KEY (\(parts))) \(options)"
    }

    /// A mapping that renames all columns.
    public func view(_ view: String, of database: String) -> String {
        let names = ["n"] + (key ?? []).map(\.name) + columns.map(\.name)
        let list = names.enumerated().map { "\(Connection.identifier($1)) AS d\($0)" }.joined(separator: ", ")
        return
            "CREATE VIEW \(view) AS SELECT \(list) FROM \(Connection.identifier(database)).\(Connection.identifier(name));"
    }

    private var listedColumns: [Column] {
        [Column(name: "n", definition: "", values: [])] + (key ?? []) + columns.filter { !$0.values.isEmpty }
    }

    private func values(_ row: Int) -> [String] {
        ["\(row + 1)"] + listedColumns.dropFirst().map { $0.values[row % $0.values.count] }
    }
}

extension TypeTable: CustomStringConvertible {
    public var description: String { name }
}

extension Connection {
    /// Makes `tables` in `database`.
    public func create(_ tables: [TypeTable], in database: String) throws {
        try use(database)
        for table in tables { try execute(table.creation) }
    }

    /// Takes `tables` of `database` through all their values.
    public func change(_ tables: [TypeTable], in database: String) throws {
        try use(database)
        for table in tables {
            if !table.settings.isEmpty { try execute("SET \(table.settings)") }
            for change in table.changes { try execute(change) }
        }
    }

    private func use(_ database: String) throws {
        try execute("USE \(Connection.identifier(database))")
        // Without a strict mode zero dates, invalid labels and values out of range are stored.
        try execute("SET sql_mode = '', time_zone = '+00:00', NAMES utf8mb4")
        if serverVersion.flavour == .mariaDB { try execute("SET check_constraint_checks = 1") }
    }
}
