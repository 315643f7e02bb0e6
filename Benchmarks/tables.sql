-- The tables of Benchmarks/generate.sql, at the source and at targets.
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
CREATE TABLE account (
    id      INT UNSIGNED NOT NULL PRIMARY KEY,
    k       INT NOT NULL,
    c       CHAR(120) NOT NULL,
    pad     CHAR(60) NOT NULL,
    changed DATETIME(6) NOT NULL
);
