-- The number of the open load, if there is one.
-- Parameters: none
-- Columns: number integer
SELECT number FROM "Load" WHERE state = 'open' ORDER BY number
