-- Says that the holder of an open load is alive, or takes it up from another holder.
-- Parameters: $number integer, $holder text, $from_holder text, $lease_until integer (epoch ms)
-- Columns: number integer; no row where the load is not open or held by neither
UPDATE "Load"
SET
    changes = CASE WHEN $holder = $from_holder OR changes = 'applied' THEN changes END,
    holder = $holder,
    lease_until = make_timestamp_ms($lease_until)
WHERE number = $number AND state = 'open' AND holder = $from_holder
RETURNING number
