/// A target table as the SQLite file has it.
struct SQLiteTableSchema {
    struct Column {
        var name: String
        var declaredType: String
        var affinity: SQLiteAffinity
        /// An INSERT must name it: NOT NULL, without a default, and not the row id.
        var isRequired: Bool
        var isGenerated: Bool
    }

    /// A primary key, or a unique index over plain columns and all rows.
    struct UniqueKey {
        var columns: [String]
        var collations: [String]
    }

    var name: String
    /// `table`, `view` or `virtual`.
    var kind: String
    var isStrict: Bool
    var columns: [Column] = []
    var uniqueKeys: [UniqueKey] = []
    var triggers: [String] = []
    /// Its foreign keys: the table each refers to, with the actions that would change rows of this table.
    var foreignKeys: [(parent: String, actions: [String])] = []

    func column(_ name: String) -> Column? {
        columns.first { SQLiteTableSchema.isSame($0.name, name) }
    }

    /// The unique key on exactly `names`, in whichever order.
    func uniqueKey(on names: [String]) -> UniqueKey? {
        let wanted = Set(names.map(SQLiteTableSchema.folded))
        return uniqueKeys.first {
            $0.columns.count == wanted.count && Set($0.columns.map(SQLiteTableSchema.folded)) == wanted
        }
    }

    /// SQLite's names do not tell ASCII capitals from small letters.
    static func isSame(_ first: String, _ second: String) -> Bool {
        folded(first) == folded(second)
    }

    static func folded(_ name: String) -> String {
        String(
            decoding: name.utf8.map { (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains($0) ? $0 | 0x20 : $0 },
            as: UTF8.self)
    }
}

extension SQLiteTableSchema {
    /// Reads the schema of `table`; nil if there is none of this name.
    init?(of table: String, on connection: SQLiteConnection) throws(SQLiteError) {
        var found: SQLiteTableSchema?
        try connection.query(
            "SELECT name, type, strict FROM pragma_table_list WHERE schema = 'main' AND name = ?1 COLLATE NOCASE",
            [.text(table)]
        ) { row in
            found = SQLiteTableSchema(name: row.text(0), kind: row.text(1), isStrict: row.integer(2) != 0)
        }
        guard var schema = found else { return nil }
        let rowID = try schema.readColumns(on: connection)
        try schema.readUniqueKeys(on: connection)
        if let rowID { schema.uniqueKeys.append(UniqueKey(columns: [rowID], collations: ["BINARY"])) }
        try connection.query(
            "SELECT name FROM sqlite_schema WHERE type = 'trigger' AND tbl_name = ?1 COLLATE NOCASE ORDER BY name",
            [.text(table)]
        ) { row in schema.triggers.append(row.text(0)) }
        try connection.query(
            "SELECT \"table\", on_update, on_delete FROM pragma_foreign_key_list(?1) GROUP BY id ORDER BY id",
            [.text(table)]
        ) { row in
            let actions = [("ON UPDATE", row.text(1)), ("ON DELETE", row.text(2))]
                .filter { !["NO ACTION", "RESTRICT"].contains($0.1) }
                .map { "\($0) \($1)" }
            schema.foreignKeys.append((row.text(0), actions))
        }
        self = schema
    }

    /// Returns the name of the column that is the row id (`INTEGER PRIMARY KEY`), which no index is listed for.
    private mutating func readColumns(on connection: SQLiteConnection) throws(SQLiteError) -> String? {
        var primaryKey: [Column] = []
        var columns: [Column] = []
        let isStrict = isStrict
        try connection.query(
            "SELECT name, type, \"notnull\", dflt_value IS NOT NULL, pk, hidden FROM pragma_table_xinfo(?1) ORDER BY cid",
            [.text(name)]
        ) { row in
            let type = row.text(1)
            let column = Column(
                name: row.text(0), declaredType: type,
                affinity: SQLiteAffinity(declaredType: type, isStrict: isStrict),
                isRequired: row.integer(2) != 0 && row.integer(3) == 0,
                // 2: virtual, 3: stored generated column.
                isGenerated: row.integer(5) >= 2)
            columns.append(column)
            if row.integer(4) > 0 { primaryKey.append(column) }
        }
        var hasPrimaryKeyIndex = false
        try connection.query("SELECT 1 FROM pragma_index_list(?1) WHERE origin = 'pk'", [.text(name)]) { _ in
            hasPrimaryKeyIndex = true
        }
        let rowID = primaryKey.count == 1 && !hasPrimaryKeyIndex ? primaryKey.first?.name : nil
        if let rowID, let index = columns.firstIndex(where: { $0.name == rowID }) { columns[index].isRequired = false }
        self.columns = columns
        return rowID
    }

    private mutating func readUniqueKeys(on connection: SQLiteConnection) throws(SQLiteError) {
        var keys: [UniqueKey] = []
        var lastIndex = ""
        try connection.query(
            """
            SELECT list.name, coalesce(part.name, ''), part.coll \
            FROM pragma_index_list(?1) AS list, pragma_index_xinfo(list.name) AS part \
            WHERE list."unique" AND NOT list.partial AND part.key ORDER BY list.seq, part.seqno
            """, [.text(name)]
        ) { row in
            if keys.isEmpty || row.text(0) != lastIndex { keys.append(UniqueKey(columns: [], collations: [])) }
            lastIndex = row.text(0)
            // A part without a name is an expression, which no column is equal to.
            keys[keys.count - 1].columns.append(row.text(1))
            keys[keys.count - 1].collations.append(row.text(2))
        }
        uniqueKeys = keys
    }
}
