import MySQLClient
import Rows

/// A target table as the server has it.
struct MySQLTableSchema {
    struct Column {
        var name: String
        /// In small letters: `decimal`, `varchar`, `enum`.
        var dataType: String
        /// With its parameters: `decimal(10,2) unsigned`, `enum('a','b')`.
        var columnType: String
        var collation: String?
        var characterSet: String?
        var isNullable: Bool
        /// An INSERT must name it: NOT NULL, and without a value of its own.
        var isRequired: Bool
        var isGenerated: Bool
        /// ON UPDATE CURRENT_TIMESTAMP: an UPDATE that does not set it moves it.
        var movesByItself = false
        /// Digits behind the point; -1 where the type says none: FLOAT, and not FLOAT(7,3).
        var scale: Int
        /// Of the seconds of a time.
        var fractionDigits: Int
        /// In characters, or bytes of a binary type.
        var length: Int
    }

    /// A primary key or unique index.
    struct UniqueKey {
        var name: String
        var columns: [String] = []
        /// Over whole columns: no prefixes, no expressions.
        var isPlain = true
    }

    /// A foreign key at one of its two ends.
    struct ForeignKey {
        var name: String
        var child: String
        var parent: String
        /// What it says beyond RESTRICT: `ON DELETE CASCADE`.
        var actions: [String]
    }

    var name: String
    /// `BASE TABLE`, `VIEW`, `SYSTEM VERSIONED`, `SEQUENCE`.
    var kind: String
    var engine: String
    var columns: [Column] = []
    var uniqueKeys: [UniqueKey] = []
    var triggers: [String] = []
    /// False: the server does not tell this user of triggers, so there may be some.
    var showsTriggers = true
    /// `explicit_defaults_for_timestamp` is off: a NULL for a TIMESTAMP NOT NULL becomes the current time.
    var fillsTimestamps = false
    /// Those of the table, and those that refer to it.
    var foreignKeys: [ForeignKey] = []

    func column(_ name: String) -> Column? {
        columns.first { Self.isSame($0.name, name) }
    }

    /// The unique key on exactly `names`, in whichever order; rather one that no prefix or expression widens.
    func uniqueKey(on names: [String]) -> UniqueKey? {
        let wanted = Set(names.map(Self.folded))
        let found = uniqueKeys.filter { Set($0.columns.map(Self.folded)) == wanted }
        return found.first(where: \.isPlain) ?? found.first
    }

    /// True if rows may be written in any order and by their last state, as long as each key's is: nothing but the key
    /// ties rows to each other or to other tables, and nothing counts their changes.
    func isPlain(key: [String], enforcesForeignKeys: Bool) -> Bool {
        guard uniqueKeys.count == 1, let only = uniqueKey(on: key), only.isPlain else { return false }
        return triggers.isEmpty && showsTriggers && (foreignKeys.isEmpty || !enforcesForeignKeys)
    }

    /// Names of columns do not tell capitals from small letters.
    static func folded(_ name: String) -> String { name.lowercased() }

    static func isSame(_ first: String, _ second: String) -> Bool { folded(first) == folded(second) }
}

/// Reads target tables' schemas. The foreign keys of the whole database are read at once and kept: the server takes long
/// to tell which of them refer to one table.
struct MySQLSchemaReader {
    private let session: MySQLSession
    private let database: String
    /// Of tables in other databases, the names are `database.table`.
    private let foreignKeys: [MySQLTableSchema.ForeignKey]
    private let foldsNames: Bool
    private let fillsTimestamps: Bool
    private let showsTriggers: Bool

    init(_ session: MySQLSession) throws(SinkError) {
        self.session = session
        database = session.connection.literal(session.settings.database)
        let server = try session.query("SELECT @@lower_case_table_names, @@explicit_defaults_for_timestamp")
        guard let folding = server.text(0, 0) else {
            throw SinkError(
                .retriable, "\(session.settings.label): the server did not say how it compares the names of tables")
        }
        foldsNames = folding != "0"
        fillsTimestamps = server.text(0, 1) == "0"
        showsTriggers = try MySQLPrivileges(session).seesTriggers
        let rows = try session.query(
            """
            SELECT CONSTRAINT_NAME, TABLE_NAME, REFERENCED_TABLE_NAME, UPDATE_RULE, DELETE_RULE, CONSTRAINT_SCHEMA, \
            UNIQUE_CONSTRAINT_SCHEMA \
            FROM information_schema.REFERENTIAL_CONSTRAINTS \
            WHERE CONSTRAINT_SCHEMA = \(database) OR UNIQUE_CONSTRAINT_SCHEMA = \(database)
            """)
        let own = session.settings.database
        foreignKeys = rows.rows.indices.map { row in
            func table(_ name: Int, _ database: Int) -> String {
                let (name, database) = (rows.text(row, name) ?? "", rows.text(row, database) ?? own)
                return MySQLTableSchema.isSame(database, own) ? name : "\(database).\(name)"
            }
            let actions = [("ON UPDATE", rows.text(row, 3)), ("ON DELETE", rows.text(row, 4))]
                .filter { !["NO ACTION", "RESTRICT"].contains($0.1 ?? "") }
                .map { "\($0) \($1 ?? "?")" }
            return .init(name: rows.text(row, 0) ?? "", child: table(1, 5), parent: table(2, 6), actions: actions)
        }
    }

    /// See ``Sink/foreignKeyGroups(of:)``; over all tables of the database, replicated or not.
    func foreignKeyGroups(of tables: [Table]) -> [String?] {
        var groups = ForeignKeyGroups()
        for key in foreignKeys { groups.tie(folded(key.child), folded(key.parent)) }
        return tables.map { groups.name(of: folded($0.name)) }
    }

    /// As the server tells tables apart (`lower_case_table_names`).
    func folded(_ name: String) -> String { foldsNames ? name.lowercased() : name }

    /// Nil: there is no table of this name.
    func schema(of table: String) throws(SinkError) -> MySQLTableSchema? {
        let name = folded(table)
        let literal = session.connection.literal(name)
        let tables = try session.query(
            """
            SELECT TABLE_NAME, TABLE_TYPE, ENGINE FROM information_schema.TABLES \
            WHERE TABLE_SCHEMA = \(database) AND TABLE_NAME = \(literal)
            """)
        guard let row = tables.rows.indices.first(where: { tables.text($0, 0) == name }) else { return nil }
        var schema = MySQLTableSchema(name: name, kind: tables.text(row, 1) ?? "", engine: tables.text(row, 2) ?? "")
        schema.fillsTimestamps = fillsTimestamps
        schema.showsTriggers = showsTriggers
        schema.columns = try columns(literal)
        schema.uniqueKeys = try uniqueKeys(literal)
        let triggers = try session.query(
            """
            SELECT TRIGGER_NAME FROM information_schema.TRIGGERS \
            WHERE EVENT_OBJECT_SCHEMA = \(database) AND EVENT_OBJECT_TABLE = \(literal) ORDER BY TRIGGER_NAME
            """)
        schema.triggers = triggers.rows.indices.map { triggers.text($0, 0) ?? "" }
        schema.foreignKeys = foreignKeys.filter {
            MySQLTableSchema.isSame($0.child, name) || MySQLTableSchema.isSame($0.parent, name)
        }
        return schema
    }

    private func columns(_ table: String) throws(SinkError) -> [MySQLTableSchema.Column] {
        let rows = try session.query(
            """
            SELECT COLUMN_NAME, DATA_TYPE, COLUMN_TYPE, COLLATION_NAME, CHARACTER_SET_NAME, IS_NULLABLE, COLUMN_DEFAULT, \
            EXTRA, GENERATION_EXPRESSION, NUMERIC_SCALE, DATETIME_PRECISION, CHARACTER_MAXIMUM_LENGTH \
            FROM information_schema.COLUMNS WHERE TABLE_SCHEMA = \(database) AND TABLE_NAME = \(table) \
            ORDER BY ORDINAL_POSITION
            """)
        return rows.rows.indices.map { row in
            func number(_ column: Int) -> Int? { rows.text(row, column).flatMap { Int($0) } }
            let extra = (rows.text(row, 7) ?? "").lowercased()
            let isNullable = rows.text(row, 5) == "YES"
            let isGenerated = !(rows.text(row, 8) ?? "").isEmpty || extra.contains("stored generated")
            // MariaDB says 'NULL' for a default of NULL, and nothing for none.
            let hasValue =
                isNullable || isGenerated || rows.text(row, 6) != nil || extra.contains("auto_increment")
                || extra.contains("default_generated")
            return .init(
                name: rows.text(row, 0) ?? "", dataType: (rows.text(row, 1) ?? "").lowercased(),
                columnType: rows.text(row, 2) ?? "", collation: rows.text(row, 3), characterSet: rows.text(row, 4),
                isNullable: isNullable, isRequired: !hasValue, isGenerated: isGenerated,
                movesByItself: extra.contains("on update"), scale: number(9) ?? -1, fractionDigits: number(10) ?? 0,
                length: number(11) ?? 0)
        }
    }

    private func uniqueKeys(_ table: String) throws(SinkError) -> [MySQLTableSchema.UniqueKey] {
        let rows = try session.query(
            """
            SELECT INDEX_NAME, COLUMN_NAME, SUB_PART FROM information_schema.STATISTICS \
            WHERE TABLE_SCHEMA = \(database) AND TABLE_NAME = \(table) AND NON_UNIQUE = 0 \
            ORDER BY INDEX_NAME, SEQ_IN_INDEX
            """)
        var keys: [MySQLTableSchema.UniqueKey] = []
        for row in rows.rows.indices {
            let name = rows.text(row, 0) ?? ""
            if keys.last?.name != name { keys.append(.init(name: name)) }
            let column = rows.text(row, 1)
            // A part without a name is an expression, which no column is equal to.
            keys[keys.count - 1].columns.append(column ?? "")
            if column == nil || rows.text(row, 2) != nil { keys[keys.count - 1].isPlain = false }
        }
        return keys
    }
}
