-- Made the binlog files of this folder, each on a fresh MariaDB 10.11.19 with a new binlog file begun before it.
CREATE DATABASE f;
USE f;
SET NAMES utf8mb4, time_zone = '+00:00', sql_mode = '';
CREATE TABLE wide (
    id INT UNSIGNED PRIMARY KEY, a TINYINT, b SMALLINT UNSIGNED, c MEDIUMINT, d BIGINT UNSIGNED, y YEAR, bt BIT(10),
    f FLOAT, g DOUBLE, dc DECIMAL(20,4), c1 CHAR(10), v1 VARCHAR(300) CHARACTER SET latin1, b1 BINARY(16),
    vb VARBINARY(5), t TEXT, bl LONGBLOB, e ENUM('é','b') CHARACTER SET latin1, s SET('x','y'), g1 POINT, u UUID,
    i4 INET4, i6 INET6, j JSON, dt DATETIME(3), tm TIME(6), ts TIMESTAMP(1) NULL, da DATE,
    z TEXT COMPRESSED, zv VARCHAR(100) COMPRESSED, KEY (a));
INSERT INTO wide VALUES
    (1, -1, 65535, -8388608, 18446744073709551615, 2024, 1023, 1.5, -2.5, -12345678.9012, 'abc', 'éè', 'abc\0\0', 'xy',
     'text', 'blob', 'é', 'x,y', ST_GeomFromText('POINT(1 2)'), '123e4567-e89b-12d3-a456-426655440000', '1.2.3.0', '::1',
     '{"a": 1}', '2024-02-29 23:59:59.123', '-838:59:59.000001', '2024-02-29 23:59:59.1', '2024-02-29',
     REPEAT('compressed ', 20), 'short'),
    (2, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL,
     NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL);
UPDATE wide SET a = 5, t = 'changed', tm = '00:00:00.5' WHERE id = 1;
DELETE FROM wide WHERE id = 2;
CREATE TABLE m (id INT PRIMARY KEY, v VARCHAR(10)) ENGINE = MyISAM;
INSERT INTO m VALUES (1, 'one'), (2, 'two'), (3, NULL);
BEGIN;
INSERT INTO wide (id, c1) VALUES (10, 'x');
SAVEPOINT s1;
INSERT INTO wide (id, c1) VALUES (11, 'y');
ROLLBACK TO s1;
UPDATE wide, m SET wide.c1 = 'joined', m.v = 'joined' WHERE wide.id = 10 AND m.id = 2;
COMMIT;
CREATE TABLE made AS SELECT id, c1 FROM wide;
REPLACE INTO m VALUES (1, 'again');
CREATE TEMPORARY TABLE tmp (x INT);
DROP TEMPORARY TABLE tmp;
CREATE TABLE hidden (id INT PRIMARY KEY, long_text TEXT UNIQUE);
INSERT INTO hidden VALUES (1, 'hashed');
INSERT INTO m SELECT seq, CONCAT('row ', seq) FROM seq_100_to_120;
TRUNCATE TABLE m;
DROP TABLE made, hidden;
