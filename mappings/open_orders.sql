-- Keep only some rows.
--
-- An order enters the target when its status becomes 'placed', and leaves it when it is shipped or cancelled: the
-- update at the source arrives as an insert or as a delete. With NULL in the condition a row is outside, as in any
-- WHERE.

CREATE VIEW open_orders AS
SELECT id AS order_id,
       customer_id,
       status,
       shipping,
       placed_at
FROM   shop.orders
WHERE  status IN ('placed', 'paid');
