// Says how far an open load is with changing what is seen already.
// Parameters: $number integer, $holder text, $changes text (begun, applied)
// Columns: number integer; no row where the load is not open or held by another
MATCH (l:Load {number: $number})
SET l.turn = $holder
WITH l
WHERE l.state = 'open' AND l.holder = $holder
SET l.changes = $changes
RETURN l.number AS number
