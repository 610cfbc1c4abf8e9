-- The loads that are done.
-- Parameters: none
-- Columns: number integer, committed_at integer (epoch ms)
SELECT number, epoch_ms(committed_at) AS committed_at FROM "Load" WHERE state = 'done' ORDER BY number
