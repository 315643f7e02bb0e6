import MySQLClient

/// A column as the server describes it.
struct ServerColumn {
    var name: String
    var dataType: String
    /// As in SHOW CREATE TABLE: `enum('a','b')`, `bigint(20) unsigned`.
    var columnType: String
    var charset: String?
    var precision: Int
    var byteLength: Int
    /// MySQL's JSON, or a LONGTEXT with the collation and the CHECK that MariaDB's JSON has.
    var isJSON: Bool

    /// The columns of `table`, in order. Those that the server keeps for itself are not among them.
    static func columns(of table: String, in database: String, _ session: Connection) throws -> [ServerColumn] {
        let isJSON =
            session.serverVersion.flavour == .mySQL
            ? "DATA_TYPE = 'json'"
            : """
            (SELECT COUNT(*) FROM information_schema.CHECK_CONSTRAINTS AS k WHERE k.CONSTRAINT_SCHEMA = TABLE_SCHEMA
            AND k.TABLE_NAME = c.TABLE_NAME AND k.CHECK_CLAUSE = CONCAT('json_valid(`', COLUMN_NAME, '`)')
            AND COLLATION_NAME = 'utf8mb4_bin')
            """
        let result = try session.query(
            """
            SELECT COLUMN_NAME, DATA_TYPE, COLUMN_TYPE, CHARACTER_SET_NAME, NUMERIC_PRECISION, CHARACTER_OCTET_LENGTH,
            \(isJSON)
            FROM information_schema.COLUMNS AS c WHERE TABLE_SCHEMA = \(session.literal(database))
            AND TABLE_NAME = \(session.literal(table)) ORDER BY ORDINAL_POSITION
            """)
        return result.rows.indices.map { row in
            ServerColumn(
                name: result.text(row, 0) ?? "", dataType: result.text(row, 1) ?? "",
                columnType: result.text(row, 2) ?? "", charset: result.text(row, 3),
                precision: result.text(row, 4).flatMap { Int($0) } ?? 0,
                byteLength: result.text(row, 5).flatMap { Int($0) } ?? 0,
                isJSON: result.text(row, 6) == "1")
        }
    }

    /// The labels of an ENUM or SET, of which none in the tests holds `','`.
    var labels: [String] {
        guard let open = columnType.firstIndex(of: "("), columnType.hasSuffix("')") else { return [] }
        let list = columnType[columnType.index(open, offsetBy: 2)...].dropLast(2)
        return list.split(separator: "','", omittingEmptySubsequences: false).map {
            $0.split(separator: "''", omittingEmptySubsequences: false).joined(separator: "'")
        }
    }
}
