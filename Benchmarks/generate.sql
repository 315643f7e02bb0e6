-- 500,000 row changes in one binlog file: 350,000 inserts in statements of 1,000 rows, 100,000 updates and 50,000
-- deletes. Twelve columns of the usual types, 100 to 160 bytes a row. The same bytes each time, but for the server's
-- own marks: values come from the row's number, and the clock stands still.
CREATE DATABASE bench CHARACTER SET utf8mb4;
USE bench;
CREATE TABLE wide (
    id      INT UNSIGNED NOT NULL PRIMARY KEY,
    a       INT NOT NULL,
    b       BIGINT UNSIGNED NOT NULL,
    amount  DECIMAL(12, 2),
    created DATETIME(3),
    updated TIMESTAMP NULL,
    name    VARCHAR(100),
    code    CHAR(10),
    state   ENUM('new', 'paid', 'sent', 'done'),
    flags   SET('a', 'b', 'c', 'd'),
    ratio   DOUBLE,
    note    TEXT
);

DELIMITER //
CREATE PROCEDURE fill(rows_in_all INT, rows_a_statement INT)
BEGIN
    DECLARE done INT DEFAULT 0;
    WHILE done < rows_in_all DO
        INSERT INTO wide
        SELECT done + seq,
               CAST((done + seq) * 7919 % 4294967296 AS SIGNED) - 2147483648,
               18446744073709551615 - (done + seq),
               (CAST(done + seq AS SIGNED) * 37 % 100000000 - 50000000) / 100,
               '2024-01-01 00:00:00.123' + INTERVAL (done + seq) * 1009000 MICROSECOND,
               '2024-01-01 00:00:00' + INTERVAL done + seq SECOND,
               CONCAT('customer name ', done + seq),
               LPAD((done + seq) % 1000000, 8, 'X'),
               1 + (done + seq) % 4,
               (done + seq) % 16,
               (done + seq) * 1.1e-3,
               CONCAT('note ', done + seq, ' ', LEFT(MD5(done + seq), (done + seq) % 32))
        FROM seq_1_to_1000 LIMIT rows_a_statement;
        SET done = done + rows_a_statement;
    END WHILE;
END //
DELIMITER ;

SET time_zone = '+00:00', timestamp = UNIX_TIMESTAMP('2024-06-01 12:00:00');
FLUSH BINARY LOGS;
CALL fill(350000, 1000);
UPDATE wide SET amount = amount + 1, updated = updated + INTERVAL 1 DAY, note = CONCAT(note, '!') WHERE id <= 100000;
DELETE FROM wide WHERE id % 7 = 0;
FLUSH BINARY LOGS;
