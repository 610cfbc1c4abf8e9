-- Says how far an open load is with changing what is seen already.
-- Parameters: $number integer, $holder text, $changes text (begun, applied)
-- Columns: number integer; no row where the load is not open or held by another
UPDATE "Load" SET changes = $changes WHERE number = $number AND state = 'open' AND holder = $holder RETURNING number
