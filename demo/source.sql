-- The shop at the source: its tables, what is in them at the start, and the user that the replicator logs in as. For
-- MariaDB and for MySQL.

-- In a collation that both have.
CREATE DATABASE shop CHARACTER SET utf8mb4 COLLATE utf8mb4_general_ci;
USE shop;

CREATE TABLE customers (
    id          INT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
    public_id   CHAR(36) CHARACTER SET ascii NOT NULL,
    email       VARCHAR(120) NOT NULL UNIQUE,
    name        VARCHAR(80) NOT NULL,
    nickname    VARCHAR(40),
    tier        ENUM('basic', 'silver', 'gold') NOT NULL DEFAULT 'basic',
    birthday    DATE,
    preferences JSON,
    avatar      BLOB,
    joined_at   DATETIME(6) NOT NULL
);

CREATE TABLE products (
    sku         VARCHAR(20) COLLATE utf8mb4_bin NOT NULL PRIMARY KEY,
    name        VARCHAR(80) NOT NULL,
    description TEXT,
    price       DECIMAL(10, 2) NOT NULL,
    weight_kg   DOUBLE,
    tags        SET('new', 'sale', 'vegan') NOT NULL DEFAULT '',
    stock       INT NOT NULL
);

CREATE TABLE orders (
    id          INT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
    customer_id INT UNSIGNED NOT NULL,
    status      ENUM('draft', 'placed', 'paid', 'shipped', 'cancelled') NOT NULL DEFAULT 'draft',
    shipping    DECIMAL(8, 2) NOT NULL DEFAULT 0,
    note        VARCHAR(200),
    placed_at   DATETIME(6)
);

CREATE TABLE order_items (
    order_id    INT UNSIGNED NOT NULL,
    line_no     TINYINT UNSIGNED NOT NULL,
    sku         VARCHAR(20) COLLATE utf8mb4_bin NOT NULL,
    quantity    SMALLINT UNSIGNED NOT NULL,
    unit_price  DECIMAL(10, 2) NOT NULL,
    discount    DECIMAL(3, 2) NOT NULL DEFAULT 0,
    PRIMARY KEY (order_id, line_no)
);

-- The products on the front page. A row can clash by its slot, by its product, or by both: see REPLACE INTO in
-- workload.sql.
CREATE TABLE featured (
    slot        TINYINT UNSIGNED NOT NULL PRIMARY KEY,
    sku         VARCHAR(20) COLLATE utf8mb4_bin NOT NULL UNIQUE,
    headline    VARCHAR(80) NOT NULL
);

-- One row for each item that enters or leaves the warehouse; a stock-taking writes very many in one transaction.
CREATE TABLE stock_movements (
    id          BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
    sku         VARCHAR(20) COLLATE utf8mb4_bin NOT NULL,
    delta       INT NOT NULL,
    moved_at    DATETIME(3) NOT NULL
);

-- What is there when the replicator comes for the first time. It starts at the beginning of the binary log, so it sees
-- these rows too.
INSERT INTO products
WITH RECURSIVE numbers (seq) AS (SELECT 1 UNION ALL SELECT seq + 1 FROM numbers WHERE seq < 200)
SELECT CONCAT('SKU-', LPAD(seq, 4, '0')),
       ELT(1 + seq % 6, 'Teapot', 'Café crème', '緑茶', 'Smørrebrød', 'Piñata 🪅', 'Notebook'),
       IF(seq % 5 = 0, NULL, CONCAT('Number ', seq, ' of our range; "the best", they say.')),
       1.50 + (seq * 37 % 9000) / 100,
       IF(seq % 7 = 0, NULL, seq / 8),
       seq % 8,
       80 + seq % 60
FROM numbers;

INSERT INTO customers (public_id, email, name, nickname, tier, birthday, preferences, avatar, joined_at)
WITH RECURSIVE numbers (seq) AS (SELECT 1 UNION ALL SELECT seq + 1 FROM numbers WHERE seq < 300)
SELECT CONCAT(LPAD(HEX(seq), 8, '0'), '-0000-4000-8000-', LPAD(HEX(seq * 7), 12, '0')),
       CONCAT('customer', seq, '@example.com'),
       CONCAT(ELT(1 + seq % 5, 'Zoë', 'Łukasz', '美咲', 'O''Brien', 'Ana'), ' ', seq),
       IF(seq % 3 = 0, CONCAT('nick', seq), NULL),
       1 + seq % 3,
       IF(seq % 4 = 0, NULL, '1970-01-01' + INTERVAL seq * 31 DAY),
       JSON_OBJECT('newsletter', seq % 2 = 0, 'language', ELT(1 + seq % 3, 'en', 'ja', 'pl')),
       IF(seq % 10 = 0, UNHEX(SHA2(seq, 256)), NULL),
       '2024-02-29 12:00:00.000001' + INTERVAL seq SECOND
FROM numbers;

-- What the replicator may do, and no more: follow the binary log, and read the tables that it replicates (their
-- definitions at the start, their rows for `verify`).
CREATE USER replicator@127.0.0.1 IDENTIFIED BY '@PASSWORD@';
GRANT REPLICATION SLAVE, REPLICATION CLIENT ON *.* TO replicator@127.0.0.1;
GRANT SELECT ON shop.* TO replicator@127.0.0.1;

DELIMITER //

-- `orders` orders from their first draft on, each statement a transaction of its own, as a web shop writes them.
CREATE PROCEDURE trade(orders INT)
BEGIN
    DECLARE n INT DEFAULT 0;
    DECLARE this INT UNSIGNED;
    WHILE n < orders DO
        SET n = n + 1;
        INSERT INTO orders (customer_id, note) VALUES (1 + n % 300, IF(n % 4 = 0, 'gift 🎁', NULL));
        SET this = LAST_INSERT_ID();
        INSERT INTO order_items
        SELECT this, seq, CONCAT('SKU-', LPAD(1 + (this * 7 + seq) % 200, 4, '0')), 1 + (this + seq) % 3, price,
               IF(this % 6 = 0, 0.15, 0)
        FROM (SELECT 1 AS seq UNION ALL SELECT 2 UNION ALL SELECT 3) AS lines_of_order
        JOIN products ON sku = CONCAT('SKU-', LPAD(1 + (this * 7 + seq) % 200, 4, '0'));
        -- The order enters the view of open orders …
        UPDATE orders SET status = 'placed', placed_at = NOW(6), shipping = 4.90 WHERE id = this;
        UPDATE products JOIN order_items USING (sku) SET stock = stock - CAST(quantity AS SIGNED) WHERE order_id = this;
        IF n % 5 = 0 THEN
            UPDATE orders SET status = 'cancelled' WHERE id = this; -- … and leaves it,
            DELETE FROM order_items WHERE order_id = this;
        ELSEIF n % 3 = 0 THEN
            UPDATE orders SET status = 'paid' WHERE id = this; -- or stays,
        ELSEIF n % 7 = 0 THEN
            START TRANSACTION; -- or is gone altogether.
            DELETE FROM order_items WHERE order_id = this;
            DELETE FROM orders WHERE id = this;
            COMMIT;
        ELSE
            UPDATE orders SET status = 'shipped', note = CONCAT(COALESCE(note, ''), ' sent') WHERE id = this;
        END IF;
        DO SLEEP(0.002);
    END WHILE;
END //

-- A large transaction: `movements` rows at once, a million at most.
CREATE PROCEDURE take_stock(movements INT)
BEGIN
    START TRANSACTION;
    INSERT INTO stock_movements (sku, delta, moved_at)
    WITH digits (d) AS (SELECT 0 UNION ALL SELECT 1 UNION ALL SELECT 2 UNION ALL SELECT 3 UNION ALL SELECT 4 UNION ALL
        SELECT 5 UNION ALL SELECT 6 UNION ALL SELECT 7 UNION ALL SELECT 8 UNION ALL SELECT 9),
    numbers (seq) AS (
        SELECT a.d + 10 * b.d + 100 * c.d + 1000 * e.d + 10000 * f.d + 100000 * g.d
        FROM digits a, digits b, digits c, digits e, digits f, digits g)
    SELECT CONCAT('SKU-', LPAD(1 + seq % 200, 4, '0')), CAST(seq % 13 AS SIGNED) - 6, NOW(3)
    FROM numbers LIMIT movements;
    UPDATE products SET stock = stock + 1;
    COMMIT;
END //

DELIMITER ;
