-- The tables of the SQLite file that the demo replicates into: one for each view in mappings/, and two for tables of
-- the shop that are copied as they are.
--
-- SQLite converts a value to the type of its column where it can, and would make 1.5 of 1.50. So: DECIMAL, text, dates
-- and times, ENUM, SET, and JSON are TEXT here, integers INTEGER, FLOAT and DOUBLE REAL, binary values BLOB.
-- `replicator check` refuses a column that would change its values.

-- mappings/contacts.sql
CREATE TABLE contacts (
    customer_id INTEGER PRIMARY KEY,
    uuid        TEXT NOT NULL,
    full_name   TEXT NOT NULL,
    email       TEXT NOT NULL UNIQUE,
    preferences TEXT,
    avatar      BLOB,
    joined_at   TEXT NOT NULL
);

-- mappings/order_lines.sql
CREATE TABLE order_lines (
    order_id    INTEGER NOT NULL,
    line_no     INTEGER NOT NULL,
    sku         TEXT NOT NULL,
    gross       TEXT NOT NULL,
    net         TEXT NOT NULL,
    PRIMARY KEY (order_id, line_no)
);

-- mappings/open_orders.sql
CREATE TABLE open_orders (
    order_id    INTEGER PRIMARY KEY,
    customer_id INTEGER NOT NULL,
    status      TEXT NOT NULL,
    shipping    TEXT NOT NULL,
    placed_at   TEXT
);

-- mappings/catalogue.sql
CREATE TABLE catalogue (
    sku          TEXT PRIMARY KEY,
    title        TEXT NOT NULL,
    description  TEXT NOT NULL,
    price        TEXT NOT NULL,
    weight_kg    REAL,
    availability TEXT NOT NULL
);

-- mappings/order_progress.sql
CREATE TABLE order_progress (
    order_id    INTEGER PRIMARY KEY,
    status      TEXT NOT NULL,
    changed_at  TEXT NOT NULL
);

-- Copied as they are (`unmapped = copy` in replicator.conf).
CREATE TABLE featured (
    slot        INTEGER PRIMARY KEY,
    sku         TEXT NOT NULL UNIQUE,
    headline    TEXT NOT NULL
);

CREATE TABLE stock_movements (
    id          INTEGER PRIMARY KEY,
    sku         TEXT NOT NULL,
    delta       INTEGER NOT NULL,
    moved_at    TEXT NOT NULL
);
