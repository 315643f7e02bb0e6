-- W2: a million inserts in statements of 1,000 rows, 250,000 updates and 50,000 deletes in a statement each; 12 columns of
-- the usual types, about 100 bytes a row image: what counts is the work for each value. 160 MB.
SOURCE Benchmarks/procedures.sql

SET time_zone = '+00:00', timestamp = UNIX_TIMESTAMP('2024-06-01 12:00:00');
FLUSH BINARY LOGS;
CALL fill(1000000, 1000);
UPDATE wide SET amount = amount + 1, updated = updated + INTERVAL 1 DAY, note = CONCAT(note, '!') WHERE id <= 250000;
DELETE FROM wide WHERE id % 20 = 0;
FLUSH BINARY LOGS;
