@testable import BinlogReader

/// What a file of SQL declares of the tables of the recorded logs (`Tests/BinlogReaderTests/Fixtures`), so that inputs with
/// ``FuzzInput/Options/schemas`` find them known: in front of the log's own statements, which then move them on.
enum FuzzTables {
    static let file = SchemaFile(text, path: "tables.sql", fingerprint: "")

    /// The table `wide` of either server: each runs the comment that is for it.
    private static let text = """
        CREATE TABLE f.wide (id INT UNSIGNED PRIMARY KEY, a TINYINT, b SMALLINT UNSIGNED, /*M!100000
            c MEDIUMINT, d BIGINT UNSIGNED, y YEAR, bt BIT(10), f FLOAT, g DOUBLE, dc DECIMAL(20,4), c1 CHAR(10),
            v1 VARCHAR(300) CHARACTER SET latin1, b1 BINARY(16), vb VARBINARY(5), t TEXT, bl LONGBLOB,
            e ENUM('é','b') CHARACTER SET latin1, s SET('x','y'), g1 POINT, u UUID, i4 INET4, i6 INET6, j JSON,
            dt DATETIME(3), tm TIME(6), ts TIMESTAMP(1) NULL, da DATE, z TEXT COMPRESSED, zv VARCHAR(100) COMPRESSED,
            KEY (a) */ /*!80000
            y YEAR, c MEDIUMINT, d BIGINT UNSIGNED, bt BIT(10), f FLOAT, g DOUBLE UNSIGNED, dc DECIMAL(20,4),
            z INT UNSIGNED, c1 CHAR(10), v1 VARCHAR(300) CHARACTER SET latin1, g1 POINT,
            v2 VARCHAR(10) CHARACTER SET cp1251, b1 BINARY(16), vb VARBINARY(5), t TEXT, bl LONGBLOB,
            e ENUM('é','b') CHARACTER SET latin1, s SET('x','y'), dt DATETIME(3), tm TIME(6), ts TIMESTAMP(1) NULL,
            da DATE, inv INT INVISIBLE DEFAULT 3, gs INT AS (id + 2) STORED */) CHARACTER SET utf8mb4;
        CREATE TABLE f.m (id INT PRIMARY KEY, v VARCHAR(10)) CHARACTER SET utf8mb4;
        CREATE TABLE f.made (id INT UNSIGNED NOT NULL, c1 CHAR(10)) CHARACTER SET utf8mb4;
        CREATE TABLE f.hidden (id INT PRIMARY KEY, long_text TEXT UNIQUE) CHARACTER SET utf8mb4;
        CREATE TABLE p.t (id INT PRIMARY KEY, j JSON, v INT, k JSON) CHARACTER SET utf8mb4;
        """
}
