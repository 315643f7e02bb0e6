import MySQLClient
public import Rows

extension SourceServer {
    /// The live base tables that `selects` takes, as their TABLE_MAP events will describe them, in order of their names.
    /// Tables that the account may not see are not among them.
    public func tables(
        where selects: (_ database: String, _ table: String) -> Bool
    ) throws(StreamError) -> [Table] {
        let result = try query(
            """
            SELECT TABLE_SCHEMA, TABLE_NAME FROM information_schema.TABLES
            WHERE TABLE_TYPE IN ('BASE TABLE', 'SYSTEM VERSIONED')
            AND TABLE_SCHEMA NOT IN ('mysql', 'information_schema', 'performance_schema', 'sys')
            ORDER BY TABLE_SCHEMA, TABLE_NAME
            """)
        var tables: [Table] = []
        for row in result.rows.indices {
            guard let database = result.text(row, 0), let name = result.text(row, 1), selects(database, name) else {
                continue
            }
            if let table = try table(database: database, name: name) { tables.append(table) }
        }
        return tables
    }

    /// A live table; nil if there is none, or the account may not see it. Throws on a column type that is not known.
    public func table(database: String, name: String) throws(StreamError) -> Table? {
        let connection = try connection()
        let place = "TABLE_SCHEMA = \(connection.literal(database)) AND TABLE_NAME = \(connection.literal(name))"
        let columns = try query(
            """
            SELECT COLUMN_NAME, DATA_TYPE, COLUMN_TYPE, NUMERIC_PRECISION, NUMERIC_SCALE, DATETIME_PRECISION,
                CHARACTER_OCTET_LENGTH, (SELECT ID FROM information_schema.COLLATIONS AS c
                WHERE c.COLLATION_NAME = t.COLLATION_NAME), IS_NULLABLE
            FROM information_schema.COLUMNS AS t WHERE \(place) ORDER BY ORDINAL_POSITION
            """)
        guard !columns.rows.isEmpty else { return nil }
        let json = try jsonColumns(database: database, name: name)
        var described: [Column] = []
        for row in columns.rows.indices {
            let column = LiveColumn(columns, row)
            guard let type = column.type(isJSON: json.contains(column.name)) else {
                throw StreamError(
                    .unsuitable,
                    "\(database).\(name): column \(column.name) has the type \(column.columnType), which is not "
                        + "supported yet")
            }
            described.append(Column(name: column.name, type: type, isNullable: column.isNullable))
        }
        let keys = try query(
            """
            SELECT COLUMN_NAME FROM information_schema.STATISTICS
            WHERE \(place) AND INDEX_NAME = 'PRIMARY' ORDER BY SEQ_IN_INDEX
            """)
        let names = keys.rows.indices.compactMap { keys.text($0, 0) }
        return Table(
            database: database, name: name, columns: described,
            primaryKey: names.compactMap { key in described.firstIndex { $0.name == key } })
    }

    /// The columns that MariaDB's JSON alias made: LONGTEXT with a check that the text is valid JSON. A LONGTEXT with
    /// such a check of the user's own is the same thing.
    func jsonColumns(database: String, name: String) throws(StreamError) -> Set<String> {
        let connection = try connection()
        let result = try query(
            """
            SELECT c.COLUMN_NAME FROM information_schema.COLUMNS AS c
            JOIN information_schema.CHECK_CONSTRAINTS AS k
            ON k.CONSTRAINT_SCHEMA = c.TABLE_SCHEMA AND k.TABLE_NAME = c.TABLE_NAME
            AND k.CHECK_CLAUSE = CONCAT('json_valid(`', REPLACE(c.COLUMN_NAME, '`', '``'), '`)')
            WHERE c.TABLE_SCHEMA = \(connection.literal(database)) AND c.TABLE_NAME = \(connection.literal(name))
            AND c.DATA_TYPE = 'longtext'
            """)
        return Set(result.rows.indices.compactMap { result.text($0, 0) })
    }
}

/// A row of information_schema.COLUMNS.
private struct LiveColumn {
    let name: String
    let columnType: String
    let isNullable: Bool
    private let dataType: String
    private let precision: Int
    private let scale: Int
    private let fraction: UInt8
    private let byteCount: Int
    private let collation: Collation

    init(_ result: ResultSet, _ row: Int) {
        func number(_ column: Int) -> Int { result.text(row, column).flatMap { Int($0) } ?? 0 }
        name = result.text(row, 0) ?? ""
        dataType = result.text(row, 1)?.lowercased() ?? ""
        columnType = result.text(row, 2) ?? ""
        precision = number(3)
        scale = number(4)
        fraction = UInt8(clamping: number(5))
        byteCount = number(6)
        collation = Collation(id: UInt16(clamping: number(7)))
        isNullable = result.text(row, 8) == "YES"
    }

    /// Nil: a type that is not known.
    func type(isJSON: Bool) -> ColumnType? {
        switch dataType {
        case "tinyint": integer(1)
        case "smallint": integer(2)
        case "mediumint": integer(3)
        case "int": integer(4)
        case "bigint": integer(8)
        case "decimal": .decimal(precision: UInt8(clamping: precision), scale: UInt8(clamping: scale))
        case "float": .float
        case "double": .double
        case "bit": .bit(width: UInt8(clamping: precision))
        case "year": .year
        case "date": .date
        case "time": .time(fractionDigits: fraction)
        case "datetime": .dateTime(fractionDigits: fraction)
        case "timestamp": .timestamp(fractionDigits: fraction)
        case "longtext" where isJSON: .json
        case "char", "varchar", "tinytext", "text", "mediumtext", "longtext": .text(collation)
        case "binary": .binary(length: UInt16(clamping: byteCount))
        case "varbinary", "tinyblob", "blob", "mediumblob", "longblob": .blob
        case "enum": .enumeration(labels: labels)
        case "set": .set(labels: labels)
        case "geometry", "point", "linestring", "polygon", "multipoint", "multilinestring", "multipolygon",
            "geometrycollection":
            .geometry
        case "uuid": .uuid
        case "inet4": .inet4
        case "inet6": .inet6
        default: nil
        }
    }

    private func integer(_ byteCount: UInt8) -> ColumnType {
        .integer(byteCount: byteCount, unsigned: columnType.lowercased().contains("unsigned"))
    }

    /// What stands in `enum('a','it''s')`.
    private var labels: [String] {
        var labels: [String] = []
        var label: String?
        var rest = columnType[...]
        while let character = rest.popFirst() {
            if character != "'" {
                label?.append(character)
            } else if label == nil {
                label = ""
            } else if rest.first == "'" {
                label?.append("'")
                rest.removeFirst()
            } else {
                labels.append(label ?? "")
                label = nil
            }
        }
        return labels
    }
}
