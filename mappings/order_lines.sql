-- Compute a column, in exact DECIMAL arithmetic.
--
-- quantity is a SMALLINT, unit_price DECIMAL(10,2) and discount DECIMAL(3,2), so gross is a DECIMAL with 2 digits after
-- the point and net one with 4: by the same rules as on the server, and without ever going through a floating-point
-- number. To see what the target will hold, paste the SELECT into a client of the source.

CREATE VIEW order_lines AS
SELECT order_id,
       line_no,
       sku,
       quantity * unit_price                  AS gross,
       quantity * unit_price * (1 - discount) AS net
FROM   shop.order_items;
