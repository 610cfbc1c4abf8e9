// Says that the holder of an open load is alive, or takes it up from another holder.
// Parameters: $number integer, $holder text, $from_holder text, $lease_until integer (epoch ms)
// Columns: number integer; no row where the load is not open or held by neither
MATCH (l:Load {number: $number})
SET l.turn = $holder
WITH l
WHERE l.state = 'open' AND l.holder = $from_holder
SET
    l.changes = CASE WHEN $holder = $from_holder OR l.changes = 'applied' THEN l.changes END,
    l.holder = $holder,
    l.lease_until = datetime({epochMillis: $lease_until})
RETURN l.number AS number
