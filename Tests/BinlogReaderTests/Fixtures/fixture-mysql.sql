-- Made mysql-9.7.binlog on a fresh MySQL 9.7.4 with a new binlog file begun before it.
CREATE DATABASE f;
USE f;
SET NAMES utf8mb4;
SET time_zone = '+00:00', sql_mode = '';
CREATE TABLE wide (
    id INT UNSIGNED PRIMARY KEY, a TINYINT, b SMALLINT UNSIGNED, y YEAR, c MEDIUMINT, d BIGINT UNSIGNED, bt BIT(10),
    f FLOAT, g DOUBLE UNSIGNED, dc DECIMAL(20,4), z INT UNSIGNED, c1 CHAR(10), v1 VARCHAR(300) CHARACTER SET latin1,
    g1 POINT, v2 VARCHAR(10) CHARACTER SET cp1251, b1 BINARY(16), vb VARBINARY(5), t TEXT, bl LONGBLOB,
    e ENUM('é','b') CHARACTER SET latin1, s SET('x','y'), dt DATETIME(3), tm TIME(6), ts TIMESTAMP(1) NULL, da DATE,
    inv INT INVISIBLE DEFAULT 3, gs INT AS (id + 2) STORED);
INSERT INTO wide (id, a, b, y, c, d, bt, f, g, dc, z, c1, v1, g1, v2, b1, vb, t, bl, e, s, dt, tm, ts, da) VALUES
    (1, -1, 65535, 2024, -8388608, 18446744073709551615, 1023, 1.5, 2.5, -12345678.9012, 4294967295, 'abc', 'é',
     ST_GeomFromText('POINT(1 2)'), 'Привет', 'abc', 'xy', 'text', 'blob', 'é', 'x,y', '2024-02-29 23:59:59.123',
     '-12:34:56.000001', '2024-02-29 23:59:59.1', '2024-02-29');
INSERT INTO wide (id) VALUES (2);
UPDATE wide SET a = 5, tm = '00:00:00.5' WHERE id = 1;
DELETE FROM wide WHERE id = 2;
CREATE TABLE m (id INT PRIMARY KEY, v VARCHAR(10)) ENGINE = MyISAM;
INSERT INTO m VALUES (1, 'one'), (2, 'two'), (3, NULL);
BEGIN;
INSERT INTO wide (id) VALUES (10);
SAVEPOINT s1;
INSERT INTO wide (id) VALUES (11);
ROLLBACK TO s1;
COMMIT;
CREATE TABLE made AS SELECT id, c1 FROM wide;
TRUNCATE TABLE m;
DROP TABLE made;
