-- Two binlog files of 500,000 row changes each. The same bytes each time, but for the server's own marks: values come
-- from the row's number, and the clock stands still.
--
-- bulk: 350,000 inserts in statements of 1,000 rows, 100,000 updates and 50,000 deletes in a statement each; 12 columns
-- of the usual types, about 110 bytes a row image. What counts is decoding and printing values.
--
-- small: 50,000 transactions of ten statements that change a row each (4 updates, 3 inserts, 3 deletes), on tables of an
-- online shop's kind. What counts is the work for each event.
SOURCE Benchmarks/procedures.sql

SET time_zone = '+00:00', timestamp = UNIX_TIMESTAMP('2024-06-01 12:00:00');
FLUSH BINARY LOGS; -- binlog.000001 has all of the above
CALL fill(350000, 1000);
UPDATE wide SET amount = amount + 1, updated = updated + INTERVAL 1 DAY, note = CONCAT(note, '!') WHERE id <= 100000;
DELETE FROM wide WHERE id % 7 = 0;
FLUSH BINARY LOGS; -- 000002 is bulk
CALL trade(50000); -- 000003 its first rows, 000004 small
FLUSH BINARY LOGS;
