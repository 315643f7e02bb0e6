-- 200 commits a second, and who looks for them. At the source: CALL load_probe(N). At a target: CALL watch_probe(N), which
-- ends when row N is there.
CREATE TABLE probe (
    id   INT NOT NULL PRIMARY KEY,
    sent DECIMAL(17, 6) NOT NULL, -- seconds since 1970, just before the commit
    note VARCHAR(100) NOT NULL
);
DELIMITER //
CREATE PROCEDURE load_probe(commits INT)
BEGIN
    DECLARE n INT DEFAULT 0;
    DECLARE began, wait_for DOUBLE;
    SET began = UNIX_TIMESTAMP(SYSDATE(6));
    WHILE n < commits DO
        SET n = n + 1;
        INSERT INTO probe VALUES (n, UNIX_TIMESTAMP(SYSDATE(6)), REPEAT('x', 100));
        SET wait_for = began + n * 0.005 - UNIX_TIMESTAMP(SYSDATE(6));
        IF wait_for > 0 THEN DO SLEEP(wait_for); END IF;
    END WHILE;
END //
CREATE PROCEDURE watch_probe(commits INT)
BEGIN
    DECLARE last, found INT DEFAULT 0;
    DECLARE now_at DECIMAL(17, 6);
    CREATE OR REPLACE TEMPORARY TABLE seen (id INT NOT NULL PRIMARY KEY, at DECIMAL(17, 6) NOT NULL) ENGINE = MEMORY;
    WHILE last < commits DO
        SELECT COALESCE(MAX(id), 0) INTO found FROM probe;
        IF found > last THEN
            SET now_at = UNIX_TIMESTAMP(SYSDATE(6));
            INSERT INTO seen SELECT id, now_at FROM probe WHERE id > last AND id <= found;
            SET last = found;
        ELSE
            DO SLEEP(0.0005);
        END IF;
    END WHILE;
    SELECT at, sent FROM seen JOIN probe USING (id) ORDER BY id;
END //
DELIMITER ;
