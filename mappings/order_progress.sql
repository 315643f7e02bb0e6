-- Use what the binary log knows about a change.
--
-- Names that begin with an underscore come from the replicator: _commit_time is when the transaction was committed at
-- the source. There are also _op, _database, _table, _gtid, _file, _offset and _row (docs/mappings.md).
--
-- Several views may read one table: open_orders.sql reads shop.orders too.

CREATE VIEW order_progress AS
SELECT id           AS order_id,
       status,
       _commit_time AS changed_at
FROM   shop.orders;
