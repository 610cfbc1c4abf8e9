// Makes an open load done: from here on it is seen.
// Parameters: $number integer, $holder text, $now integer (epoch ms), $rows_in integer, $loaded integer, $unchanged integer, $quarantined integer, $withdrawn integer
// Columns: number integer; no row where the load is not open or held by another
MATCH (l:Load {number: $number})
SET l.turn = $holder
WITH l
WHERE l.state = 'open' AND l.holder = $holder
OPTIONAL MATCH (before:Load {state: 'done'})
WITH l, max(before.committed_at) AS last, datetime({epochMillis: $now}) AS now
SET
    l.state = 'done',
    l.changes = null,
    l.committed_at = CASE WHEN last > now THEN last ELSE now END,
    l.rows_in = $rows_in,
    l.loaded = $loaded,
    l.unchanged = $unchanged,
    l.quarantined = $quarantined,
    l.withdrawn = $withdrawn
RETURN l.number AS number
