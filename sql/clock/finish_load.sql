-- Makes an open load done: from here on it is seen.
-- Parameters: $number integer, $holder text, $now integer (epoch ms), $rows_in integer, $loaded integer, $unchanged integer, $quarantined integer, $withdrawn integer
-- Columns: number integer; no row where the load is not open or held by another
UPDATE "Load"
SET
    state = 'done',
    changes = NULL,
    committed_at = greatest(make_timestamp_ms($now), (SELECT max(committed_at) FROM "Load")),
    rows_in = $rows_in,
    loaded = $loaded,
    unchanged = $unchanged,
    quarantined = $quarantined,
    withdrawn = $withdrawn
WHERE number = $number AND state = 'open' AND holder = $holder
RETURNING number
