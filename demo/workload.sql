-- What else happens in the shop, besides the calls of trade() and take_stock() that demo/run makes: single statements
-- that are hard to follow. Each leaves a trace of its own in the binary log.

-- REPLACE INTO. `featured` has two unique keys (slot, sku), and what the server logs depends on which one clashes:
DELETE FROM featured;
REPLACE INTO featured VALUES (1, 'SKU-0001', 'Tea for two'), (2, 'SKU-0002', 'Wake up'), (3, 'SKU-0003', 'Green');
-- the slot is taken: an UPDATE of row 1;
REPLACE INTO featured VALUES (1, 'SKU-0011', 'New in slot one');
-- the product is taken: an UPDATE that changes the key of row 2 to 7;
REPLACE INTO featured VALUES (7, 'SKU-0002', 'Moved to slot seven');
-- both are taken, by two rows: a DELETE of one and an UPDATE of the other;
REPLACE INTO featured VALUES (3, 'SKU-0011', 'Two rows become one');
-- several rows in one statement, of which the second clashes with the first.
REPLACE INTO featured VALUES (8, 'SKU-0008', 'Eight'), (9, 'SKU-0008', 'Nine'), (7, 'SKU-0009', 'Seven again');

-- A key changes: for a target, the old row goes and a new one comes.
UPDATE customers SET id = id + 1000 WHERE id BETWEEN 290 AND 294;
UPDATE products SET sku = 'SKU-0200-B' WHERE sku = 'SKU-0200';
-- A unique value goes from one row to another.
UPDATE featured SET sku = 'SKU-0010' WHERE slot = 3;
UPDATE featured SET sku = 'SKU-0011' WHERE slot = 7;

-- Values at their edges.
UPDATE customers SET preferences = JSON_SET(preferences, '$.theme', 'dark', '$.sizes', JSON_ARRAY(1, 2.5, NULL))
WHERE id <= 20;
UPDATE customers SET birthday = NULL, nickname = '' WHERE id = 1;
UPDATE customers SET avatar = UNHEX('00FF00FF'), name = 'Anaïs "Ana" 🫖 \\ Müller' WHERE id = 2;
UPDATE products SET price = 99999999.99, weight_kg = 1e-7, description = '' WHERE sku = 'SKU-0010';
UPDATE products SET stock = 0 WHERE sku = 'SKU-0030';

-- Rolled back: nothing of it may reach a sink.
START TRANSACTION;
UPDATE orders SET note = 'never happened';
ROLLBACK;
