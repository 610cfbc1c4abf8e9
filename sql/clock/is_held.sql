-- Whether an open load still belongs to its holder.
-- Parameters: $number integer, $holder text
-- Columns: number integer; no row where it does not
SELECT number FROM "Load" WHERE number = $number AND state = 'open' AND holder = $holder ORDER BY number
