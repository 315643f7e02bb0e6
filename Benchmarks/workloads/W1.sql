-- W1: a million changes of one row each, in 100,000 transactions of ten statements (4 updates, 3 inserts, 3 deletes), on a
-- table of an online shop's kind: what counts is the work for each event. 530 MB.
SOURCE Benchmarks/procedures.sql

SET time_zone = '+00:00', timestamp = UNIX_TIMESTAMP('2024-06-01 12:00:00');
CALL trade(100000);
FLUSH BINARY LOGS;
