-- The tables of the MariaDB that the demo replicates into (a MySQL takes them too): one for each view in mappings/, and
-- two for tables of the shop that are copied as they are.
--
-- The types are those of the source, or of what a view computes: `replicator check` refuses a table without one of the
-- columns, and the session that writes is strict, so that a value which does not fit is an error and never cut.

-- mappings/contacts.sql
CREATE TABLE contacts (
    customer_id INT UNSIGNED NOT NULL PRIMARY KEY,
    uuid        CHAR(36) CHARACTER SET ascii NOT NULL,
    full_name   VARCHAR(80) NOT NULL,
    email       VARCHAR(120) NOT NULL UNIQUE,
    preferences JSON,
    avatar      BLOB,
    joined_at   DATETIME(6) NOT NULL
);

-- mappings/order_lines.sql
CREATE TABLE order_lines (
    order_id    INT UNSIGNED NOT NULL,
    line_no     TINYINT UNSIGNED NOT NULL,
    sku         VARCHAR(20) COLLATE utf8mb4_bin NOT NULL,
    gross       DECIMAL(15, 2) NOT NULL,
    net         DECIMAL(18, 4) NOT NULL,
    PRIMARY KEY (order_id, line_no)
);

-- mappings/open_orders.sql
CREATE TABLE open_orders (
    order_id    INT UNSIGNED NOT NULL PRIMARY KEY,
    customer_id INT UNSIGNED NOT NULL,
    status      ENUM('draft', 'placed', 'paid', 'shipped', 'cancelled') NOT NULL,
    shipping    DECIMAL(8, 2) NOT NULL,
    placed_at   DATETIME(6),
    KEY (customer_id)
);

-- mappings/catalogue.sql
CREATE TABLE catalogue (
    sku          VARCHAR(20) COLLATE utf8mb4_bin NOT NULL PRIMARY KEY,
    title        VARCHAR(100) NOT NULL,
    description  TEXT NOT NULL,
    price        DECIMAL(10, 2) NOT NULL,
    weight_kg    DOUBLE,
    availability VARCHAR(10) NOT NULL
);

-- mappings/order_progress.sql
CREATE TABLE order_progress (
    order_id    INT UNSIGNED NOT NULL PRIMARY KEY,
    status      VARCHAR(20) NOT NULL,
    changed_at  DATETIME(6) NOT NULL
);

-- Copied as they are (`unmapped = copy` in replicator.conf).
CREATE TABLE featured (
    slot        TINYINT UNSIGNED NOT NULL PRIMARY KEY,
    sku         VARCHAR(20) COLLATE utf8mb4_bin NOT NULL UNIQUE,
    headline    VARCHAR(80) NOT NULL
);

CREATE TABLE stock_movements (
    id          BIGINT NOT NULL PRIMARY KEY,
    sku         VARCHAR(20) COLLATE utf8mb4_bin NOT NULL,
    delta       INT NOT NULL,
    moved_at    DATETIME(3) NOT NULL
);
