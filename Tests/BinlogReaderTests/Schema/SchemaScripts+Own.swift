/// What one server has, and the other has not, or has otherwise.
extension SchemaScripts {
    static let ofMariaDB: [[String]] = [
        [
            "CREATE TABLE j (a JSON, b JSON NOT NULL, c LONGTEXT COLLATE utf8mb4_bin CHECK (JSON_VALID(c)), d LONGTEXT CHECK"
                + " (json_valid(d)), e JSON CHECK (LENGTH(e) > 3), f JSON DEFAULT '{}' COMMENT 'x')",
            "ALTER TABLE j RENAME COLUMN a TO aa, CHANGE b bb JSON, MODIFY c LONGTEXT COLLATE utf8mb4_bin",
            "ALTER TABLE j ADD CONSTRAINT valid CHECK (json_valid(c) and 1 = 1), MODIFY aa TEXT",
            "ALTER TABLE j DROP CONSTRAINT valid",
            "ALTER TABLE j CONVERT TO CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci",
            "CREATE TABLE i (u UUID, i4 INET4, i6 INET6 NOT NULL, v VARCHAR(10) COMPRESSED, b BLOB COMPRESSED=zlib)",
            "ALTER TABLE i MODIFY u VARCHAR(36), MODIFY b BLOB, ADD c TEXT COMPRESSED FIRST",
            "CREATE TABLE u (a VARCHAR(5) COLLATE uca1400_ai_ci, b VARCHAR(5) CHARACTER SET utf8mb3 COLLATE uca1400_as_cs)"
                + " COLLATE utf8mb4_uca1400_nopad_ai_ci",
            "ALTER TABLE u COLLATE uca1400_german2_ai_ci, ADD c TEXT",
        ],
        [
            "CREATE TABLE e (a INT, b INT)",
            "ALTER TABLE e ADD COLUMN IF NOT EXISTS a TEXT, ADD COLUMN IF NOT EXISTS c INT UNIQUE AFTER a",
            "ALTER TABLE e ADD IF NOT EXISTS c INT UNIQUE, DROP COLUMN IF EXISTS zz, DROP IF EXISTS b",
            "ALTER TABLE e CHANGE IF EXISTS zz y INT, MODIFY COLUMN IF EXISTS a BIGINT, DROP KEY IF EXISTS zz",
            "ALTER TABLE IF EXISTS e ADD INDEX IF NOT EXISTS c (c), RENAME COLUMN IF EXISTS zz TO y",
            "ALTER TABLE IF EXISTS nothing ADD a INT",
            "CREATE OR REPLACE TABLE e (x INT, y INT INVISIBLE, z INT AS (x + 1) PERSISTENT, v INT AS (x) INVISIBLE)",
            "ALTER ONLINE TABLE e ADD q INT, ALGORITHM=INSTANT",
            "ALTER IGNORE TABLE e WAIT 5 ADD UNIQUE (q)",
            "ALTER TABLE e NOWAIT MODIFY y INT, MODIFY q INT INVISIBLE",
            "CREATE UNIQUE INDEX IF NOT EXISTS q ON e (q)",
            "CREATE OR REPLACE UNIQUE INDEX q ON e (x)",
            "DROP INDEX IF EXISTS zz ON e",
            "RENAME TABLE IF EXISTS nothing TO e2, e WAIT 3 TO e3",
            "CREATE TABLE h (t TEXT NOT NULL UNIQUE, b BLOB, UNIQUE (b), v VARCHAR(3000) NOT NULL, UNIQUE (v))",
            "CREATE TABLE h2 (a VARCHAR(400) NOT NULL, b VARCHAR(400) NOT NULL, UNIQUE (a, b), UNIQUE (b))",
            "CREATE TABLE h3 (a INT NOT NULL, UNIQUE (a) USING HASH, b INT NOT NULL, UNIQUE USING BTREE (b))",
            "ALTER TABLE h3 ADD c INT",
            "CREATE TABLE h6 (a TINYBLOB NOT NULL, b INT, UNIQUE (a), UNIQUE (b))", "ALTER TABLE h6 ADD c INT",
            "ALTER TABLE h6 CHANGE a d YEAR NOT NULL FIRST, RENAME COLUMN b TO a",
            "CREATE TABLE h4 (a INT NOT NULL, UNIQUE (a) USING HASH) ENGINE=MEMORY",
            "CREATE TABLE h5 (a VARCHAR(768) NOT NULL UNIQUE, b VARCHAR(769) NOT NULL UNIQUE)",
            "CREATE TABLE d (a VARCHAR(30) DEFAULT CONCAT('a', ',', UPPER('b')) NOT NULL, b INT DEFAULT (a IS NULL) NOT NULL,"
                + " c DATETIME DEFAULT (NOW() + INTERVAL 1 DAY), d INT DEFAULT CASE WHEN 1 THEN 2 ELSE 3 END NOT NULL)",
            "SET STATEMENT max_statement_time = 10 FOR ALTER TABLE d ADD e INT",
            "CREATE OR REPLACE DATABASE followed CHARACTER SET latin1",
            "USE followed",
            "CREATE TABLE d2 (a TEXT)",
        ],
        [
            "CREATE TABLE s (a INT) WITH SYSTEM VERSIONING",
            "ALTER TABLE s DROP SYSTEM VERSIONING",
            "ALTER TABLE s ADD SYSTEM VERSIONING",
            "CREATE TABLE s2 (a INT, f TIMESTAMP(6) GENERATED ALWAYS AS ROW START, t TIMESTAMP(6) GENERATED ALWAYS AS ROW END"
                + " INVISIBLE, PERIOD FOR SYSTEM_TIME (f, t)) WITH SYSTEM VERSIONING",
            "CREATE TABLE s3 (a INT WITH SYSTEM VERSIONING, b INT)",
            "CREATE TABLE s4 (a INT PRIMARY KEY, b INT WITHOUT SYSTEM VERSIONING) WITH SYSTEM VERSIONING",
            "SET system_versioning_alter_history = KEEP",
            "ALTER TABLE s4 ADD c INT, ADD d INT FIRST",
            "CREATE TABLE s5 (a INT, x DATE, y DATE, PERIOD FOR app (x, y), UNIQUE (a, app WITHOUT OVERLAPS))",
            "CREATE TABLE s6 LIKE s2",
            "CREATE SEQUENCE q",
            "ALTER SEQUENCE q RESTART 5",
            "DROP SEQUENCE q",
            "CREATE TABLE m /*M!100100 (a INT UNSIGNED) */ /*M! CHARSET latin1 */ /*!50800 COMMENT='x' */",
            "CREATE TABLE m2 (a INT /*!50701 UNSIGNED */, b INT /*M!101100 UNSIGNED */, c INT /*M!999999 UNSIGNED */)",
            "CREATE TABLE pt (a INT) PARTITION BY RANGE (a) (PARTITION p0 VALUES LESS THAN (10), PARTITION p1 VALUES LESS"
                + " THAN MAXVALUE)",
            "ALTER TABLE pt CONVERT PARTITION p1 TO TABLE ptt",
            "ALTER TABLE pt CONVERT TABLE ptt TO PARTITION p1 VALUES LESS THAN MAXVALUE",
            "INSERT INTO s4 (a) VALUES (1)",
            "CREATE TABLE sel AS SELECT a, b, 'x' AS c FROM s4",
            "CREATE TABLE sel2 (z INT) SELECT a FROM s4",
        ],
    ]

    static let ofMySQL: [[String]] = [
        [
            "CREATE TABLE j (a JSON, b JSON NOT NULL, c JSON DEFAULT (JSON_ARRAY()))",
            "CREATE TABLE g (a POINT NOT NULL SRID 4326, b GEOMETRY, c GEOMCOLLECTION, d VECTOR(3), e VECTOR, SPATIAL KEY (a))",
            "CREATE TABLE f (a INT INVISIBLE, b INT, c INT GENERATED ALWAYS AS (b + 1) STORED NOT NULL, d INT AS (b) VIRTUAL,"
                + " INDEX ((b + 1)), UNIQUE KEY ((b * 2), a), UNIQUE (d))",
            "ALTER TABLE f ALTER COLUMN a SET VISIBLE, ALTER b SET INVISIBLE",
            "ALTER TABLE f ALTER INDEX d INVISIBLE, ADD UNIQUE (c), ALGORITHM=INPLACE, LOCK=NONE",
            "ALTER TABLE f RENAME KEY functional_index TO fi, DROP INDEX functional_index_2",
            "ALTER TABLE f ADD UNIQUE k ((a + 1)), ADD COLUMN z INT FIRST, ALGORITHM COPY",
            "CREATE TABLE v (a INT NOT NULL, b INT AS (a) VIRTUAL NOT NULL, UNIQUE (b))",
            "ALTER TABLE v ADD UNIQUE (a)",
            "CREATE TABLE c (a VARCHAR(9), b VARCHAR(9) CHARACTER SET utf8mb4, c CHAR(3) CHARSET utf8mb3, CONSTRAINT ch"
                + " CHECK (a <> 'x') NOT ENFORCED, CONSTRAINT un UNIQUE (a))",
            "ALTER TABLE c ALTER CHECK ch ENFORCED, DROP CONSTRAINT un, ADD d INT STORAGE DISK"
                + " COLUMN_FORMAT FIXED",
            "ALTER TABLE c DROP CHECK ch, RENAME COLUMN d TO e, WITHOUT VALIDATION",
            "ALTER TABLE c COMMENT='a' TABLESPACE=innodb_file_per_table STATS_PERSISTENT=DEFAULT, ENCRYPTION='N'",
            "CREATE TABLE sel AS SELECT a, b, 'x' AS c FROM c",
            "CREATE TABLE sel2 (z INT) SELECT a FROM c",
        ],
        [
            "SET sql_generate_invisible_primary_key = ON",
            "CREATE TABLE gipk (a INT)",
            "ALTER TABLE gipk ADD b INT FIRST",
            "ALTER TABLE gipk ALTER COLUMN my_row_id SET VISIBLE",
            "ALTER TABLE gipk DROP PRIMARY KEY, DROP COLUMN my_row_id, ADD PRIMARY KEY (a)",
            "CREATE TABLE gipk2 LIKE gipk",
            "CREATE TABLE gipk3 (a INT NOT NULL UNIQUE)",
        ],
        [
            "SET default_collation_for_utf8mb4 = utf8mb4_general_ci",
            "CREATE TABLE d (a VARCHAR(9) CHARACTER SET utf8mb4, b VARCHAR(9)) CHARACTER SET utf8mb4",
        ],
    ]
}
