-- The number of the last done load, 0 before the first.
-- Parameters: none
-- Columns: number integer
SELECT coalesce(max(number), 0) AS number FROM "Load" WHERE state = 'done'
