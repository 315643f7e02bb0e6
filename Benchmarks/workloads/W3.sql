-- W3: 100,000 inserts in statements of 500 rows: a JSON document of about 600 bytes, a BLOB of 2 KiB, and text in utf8mb4
-- of two, three and four bytes a character: what counts is the work for each byte. 290 MB.
CREATE DATABASE bench CHARACTER SET utf8mb4;
USE bench;
CREATE TABLE documents (id INT NOT NULL PRIMARY KEY, doc JSON, content BLOB, comment TEXT);

DELIMITER //
CREATE PROCEDURE write_documents(rows_in_all INT)
BEGIN
    DECLARE done INT DEFAULT 0;
    WHILE done < rows_in_all DO
        INSERT INTO documents
        SELECT n,
               JSON_OBJECT('id', n, 'name', CONCAT('customer ', n), 'email', CONCAT('customer', n, '@shop.example'),
                   'active', n % 2 = 0, 'score', n / 7, 'parent', NULL,
                   'address', JSON_OBJECT('street', CONCAT(n % 997, ' Main Street'), 'city', 'Zürich',
                       'zip', LPAD(n % 100000, 5, '0'), 'place', JSON_ARRAY(n / 1000, -n / 2000)),
                   'tags', JSON_ARRAY('alpha', 'a "quoted" tag', 'gamma', MD5(n), '日本'), 'hash', SHA2(n, 256),
                   'notes', CONCAT('first line\nsecond line\t', REPEAT('x', n % 64))),
               -- 2,048 bytes, of which 64 are the row's own.
               CONCAT(UNHEX(SHA2(n, 512)), @noise),
               CONCAT('Nº ', n, ': ', REPEAT('Grüße, 漢字かな交じり文 🎉🚀 and ASCII; ', 6), n % 997)
        FROM (SELECT done + seq AS n FROM seq_1_to_500) AS numbers;
        SET done = done + 500;
    END WHILE;
END //
DELIMITER ;

SET time_zone = '+00:00', timestamp = UNIX_TIMESTAMP('2024-06-01 12:00:00'), group_concat_max_len = 4096;
SELECT UNHEX(GROUP_CONCAT(SHA2(seq, 512) ORDER BY seq SEPARATOR '')) INTO @noise FROM seq_1_to_31;
FLUSH BINARY LOGS;
CALL write_documents(100000);
FLUSH BINARY LOGS;
