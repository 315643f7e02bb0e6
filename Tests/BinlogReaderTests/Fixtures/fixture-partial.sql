-- Made mysql-partial.binlog on a fresh MySQL 9.7.4 with a new binlog file begun before it.
CREATE DATABASE p;
USE p;
SET NAMES utf8mb4;
CREATE TABLE t (id INT PRIMARY KEY, j JSON, v INT, k JSON);
INSERT INTO t VALUES
    (1, '{"a": "0123456789", "b": [1, 2, {"c d": "x"}], "é\\u0001\\"q": 1}', 5, '[1, 2, 3]'),
    (2, '{"a": "0123456789012", "b": [1, 2, 3]}', 6, NULL);
SET SESSION binlog_row_value_options = PARTIAL_JSON;
UPDATE t SET j = JSON_SET(j, '$.b[2]."c d"', 2.5, '$.new', 'yes'), v = v + 1 WHERE id = 1;
UPDATE t SET j = JSON_SET(j, '$."é\\u0001\\"q"', CAST('2024-01-01 10:00:00.5' AS DATETIME(6))) WHERE id = 1;
UPDATE t SET j = JSON_REMOVE(j, '$.b[0]'), k = JSON_SET(k, '$[9]', 7);
UPDATE t SET v = 9;
UPDATE t SET j = JSON_ARRAY_INSERT(j, '$.b[1]', 'ins');
UPDATE t SET j = JSON_SET(j, '$.a', 'short');
UPDATE t SET k = JSON_SET(COALESCE(k, '[]'), '$[0]', 5), j = JSON_REPLACE(j, '$.a', 1);
