-- W4: one transaction of 1 GiB: 4,500,000 inserts in ten statements, W2's columns and one of 110 to 149 bytes, in rows events
-- as large as the server makes them (8 KiB): what counts is that memory stays small.
CREATE DATABASE bench CHARACTER SET utf8mb4;
USE bench;
SOURCE Benchmarks/tables.sql
ALTER TABLE wide ADD COLUMN filler VARCHAR(255);

DELIMITER //
CREATE PROCEDURE fill_at_once(statements INT)
BEGIN
    DECLARE done INT DEFAULT 0;
    START TRANSACTION;
    WHILE done < statements DO
        INSERT INTO wide
        SELECT n, CAST(n * 7919 % 4294967296 AS SIGNED) - 2147483648, 18446744073709551615 - n,
               (CAST(n AS SIGNED) * 37 % 100000000 - 50000000) / 100,
               '2024-01-01 00:00:00.123' + INTERVAL n * 1009000 MICROSECOND, '2024-01-01 00:00:00' + INTERVAL n SECOND,
               CONCAT('customer name ', n), LPAD(n % 1000000, 8, 'X'), 1 + n % 4, n % 16, n * 1.1e-3,
               CONCAT('note ', n, ' ', LEFT(MD5(n), n % 32)), RPAD(MD5(n), 110 + n % 40, 'filler')
        FROM (SELECT done * 450000 + seq AS n FROM seq_1_to_450000) AS numbers;
        SET done = done + 1;
    END WHILE;
    COMMIT;
END //
DELIMITER ;

SET time_zone = '+00:00', timestamp = UNIX_TIMESTAMP('2024-06-01 12:00:00');
FLUSH BINARY LOGS;
CALL fill_at_once(10);
FLUSH BINARY LOGS;
