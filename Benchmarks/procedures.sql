-- What fills the tables of Benchmarks/tables.sql, for the files of generate.sql and of workloads/.
CREATE DATABASE bench CHARACTER SET utf8mb4;
USE bench;
SOURCE Benchmarks/tables.sql

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

CREATE PROCEDURE trade(transactions INT)
BEGIN
    DECLARE n, i INT DEFAULT 0;
    DECLARE text120 CHAR(120);
    -- 3 rows come and 3 go in each transaction: the ids that are there move up from 1 to 10,000.
    INSERT INTO account SELECT seq, seq * 7919 % 100003, MD5(seq), MD5(seq + 1), '2024-06-01 12:00:00' FROM seq_1_to_10000;
    FLUSH BINARY LOGS;
    WHILE n < transactions DO
        SET text120 = CONCAT(MD5(n), MD5(n + 1), MD5(n + 2)), i = 0;
        START TRANSACTION;
        WHILE i < 3 DO
            INSERT INTO account VALUES (10001 + n * 3 + i, n, text120, MD5(n), '2024-06-01 12:00:00.123456');
            UPDATE account SET k = k + 1 WHERE id = 5000 + n * 3 + i;
            DELETE FROM account WHERE id = 1 + n * 3 + i;
            SET i = i + 1;
        END WHILE;
        UPDATE account SET c = text120, changed = '2024-06-01 12:00:01' WHERE id = 7000 + n * 3;
        COMMIT;
        SET n = n + 1;
    END WHILE;
END //
DELIMITER ;
