import BinlogReader
import MySQLClient
import Rows
import TestSupport
import Testing

/// What the live server says of a table has to be what the log says of it.
@Suite struct ServerTablesTests {
    /// The tables of `database` that rows events name from `start` to the end of the log.
    private func tablesOfLog(
        _ server: MariaDBServer, from start: BinlogPosition, in database: String
    ) throws -> [Table] {
        let hints = InformationSchemaHints(server.connectionOptions)
        return try server.tablesOfLog(
            from: start, ReaderOptions(selects: { name, _ in name == database }, hints: hints))
    }

    /// Makes the tables, puts a row of defaults in each, and compares.
    private func compare(_ definitions: [String], inserting values: String = "() VALUES ()") throws {
        let server = try MariaDBServer.shared()
        let database = try server.makeDatabase()
        let start = try server.end()
        for (index, definition) in definitions.enumerated() {
            try server.execute(
                "SET sql_mode = ''; CREATE TABLE t\(index) \(definition); INSERT INTO t\(index) \(values)",
                database: database)
        }
        let source = SourceServer(server.connectionOptions)
        let tables = try tablesOfLog(server, from: start, in: database)
        #expect(tables.count == definitions.count)
        for table in tables {
            let live = try #require(try source.table(database: database, name: table.name))
            #expect(live.columns == table.columns)
            #expect(live.primaryKey == table.primaryKey, "\(table.name)")
            #expect(live.metadata == table.metadata)
        }
    }

    @Test func `numbers`() throws {
        try compare([
            """
            (a TINYINT, b TINYINT UNSIGNED, c SMALLINT, d SMALLINT UNSIGNED, e MEDIUMINT, f MEDIUMINT UNSIGNED, g INT,
             h INT UNSIGNED ZEROFILL, i BIGINT, j BIGINT UNSIGNED, k BOOLEAN, l SERIAL, m INT(3))
            """,
            """
            (a DECIMAL(10,2), b DECIMAL(65,38) UNSIGNED, c DECIMAL, d DECIMAL(1,1) ZEROFILL, e FLOAT, f FLOAT(7,2) UNSIGNED,
             g DOUBLE, h DOUBLE(10,3), i FLOAT(30), j BIT, k BIT(64), l BIT(9), m YEAR, n YEAR(2), o REAL)
            """,
        ])
    }

    @Test func `times`() throws {
        try compare([
            """
            (a DATE, b TIME, c TIME(3), d DATETIME, e DATETIME(6), f TIMESTAMP, g TIMESTAMP(1) NULL, h TIME(6),
             i DATETIME(1) NOT NULL)
            """
        ])
    }

    @Test func `text and bytes`() throws {
        try compare([
            """
            (a CHAR(5), b VARCHAR(20) CHARACTER SET latin1, c BINARY(3), d VARBINARY(9), e TINYTEXT, f TEXT,
             g MEDIUMTEXT CHARACTER SET ucs2, h LONGTEXT, i TINYBLOB, j BLOB, k MEDIUMBLOB, l LONGBLOB, m CHAR(0),
             n CHAR(255), o BINARY(255), p CHAR(8) BINARY, q NATIONAL CHAR(3), r CHAR(4) CHARACTER SET binary,
             s TEXT CHARACTER SET binary, t VARCHAR(3000), u VARBINARY(300), v BINARY(16), w BINARY(4), x BINARY(0))
            """,
            """
            (a VARCHAR(9) COLLATE utf8mb4_uca1400_ai_ci, b VARCHAR(9) COLLATE utf8mb4_unicode_520_nopad_ci,
             c TEXT CHARACTER SET sjis, d TEXT CHARACTER SET utf16 COLLATE utf16_uca1400_as_cs,
             e CHAR(3) CHARACTER SET utf8mb3, f CHAR(3) CHARACTER SET koi8r COLLATE koi8r_bin)
            """,
            "(a VARCHAR(100) COMPRESSED, b TEXT COMPRESSED, c BLOB COMPRESSED, d VARBINARY(50) COMPRESSED)",
        ])
    }

    @Test func `labels`() throws {
        try compare([
            """
            (a ENUM('it''s', 'a\\\\b', 'c\\nd', 'e,f', '"q"', '\\0z', '\\r', '%', '\\t', 'ü', ')'),
             b SET('x y', 'z)', ''''), c ENUM('é', 'ö') CHARACTER SET latin1, d ENUM('a') NOT NULL,
             e SET('п') CHARACTER SET koi8r)
            """
        ])
    }

    @Test func `what only the live table tells`() throws {
        try compare([
            """
            (a JSON, b LONGTEXT, c LONGTEXT COLLATE utf8mb4_bin CHECK (json_valid(c)), d LONGTEXT CHECK (json_valid(d)),
             e LONGTEXT COLLATE utf8mb4_bin CHECK (json_valid(e) AND length(e) < 100 OR e = ''), f UUID, g INET4, h INET6,
             i BINARY(16), j BINARY(4), k LONGBLOB, l LONGTEXT COLLATE utf8mb4_bin, `m``n o` JSON INVISIBLE,
             n JSON CHECK (json_valid(n) AND json_length(n) > 1),
             CONSTRAINT q CHECK (json_valid(l) AND b <> 'x and json_valid(`b`) and '))
            """
        ])
    }

    @Test func `shapes`() throws {
        try compare([
            "(a GEOMETRY, b POINT, c LINESTRING, d POLYGON, e MULTIPOINT, f MULTILINESTRING, g MULTIPOLYGON, "
                + "h GEOMETRYCOLLECTION)"
        ])
    }

    @Test func `keys, and columns that are generated, hidden or the server's own`() throws {
        try compare([
            "(a INT, b VARCHAR(300), c TEXT, PRIMARY KEY (c(10), a))", "(a INT, b INT, c INT, PRIMARY KEY (c, a))",
            "(a INT, UNIQUE (a))", "(a INT NOT NULL, UNIQUE (a))",
            "(a INT NOT NULL, b INT NOT NULL, c INT NOT NULL, d INT, UNIQUE z (c, b), UNIQUE y (a), UNIQUE (d))",
            "(a INT NOT NULL, b TEXT NOT NULL, UNIQUE (b(5), a))",
            "(a INT DEFAULT 1, b INT AS (a + 1) STORED, c INT AS (a + 2) VIRTUAL, d INT INVISIBLE, e INT)",
            "(a INT, b TEXT UNIQUE, c BLOB, UNIQUE (c))",
        ])
    }

    @Test func `system versioning`() throws {
        try compare(
            [
                "(a INT PRIMARY KEY, b INT) WITH SYSTEM VERSIONING",
                "(a INT NOT NULL, b INT, UNIQUE (a)) WITH SYSTEM VERSIONING",
                "(a INT, b INT) WITH SYSTEM VERSIONING",
                """
                (a INT PRIMARY KEY, b INT, s TIMESTAMP(6) GENERATED ALWAYS AS ROW START,
                 e TIMESTAMP(6) GENERATED ALWAYS AS ROW END, PERIOD FOR SYSTEM_TIME (s, e)) WITH SYSTEM VERSIONING
                """,
            ], inserting: "(a) VALUES (1)")
    }
}
