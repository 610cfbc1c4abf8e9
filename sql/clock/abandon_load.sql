-- Marks an open load as abandoned, after what it wrote was taken back.
-- Parameters: $number integer
-- Columns: number integer
UPDATE "Load" SET state = 'abandoned', changes = NULL WHERE number = $number AND state = 'open' RETURNING number
