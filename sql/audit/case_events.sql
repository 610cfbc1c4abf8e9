-- The events of a case as a load knew them, without order.
-- Parameters: $id text, $load integer
-- Columns: event_id text, sort_at integer (epoch ms), seq integer, qualifier text, load integer
SELECT from_id AS event_id, epoch_ms(sort_at) AS sort_at, seq, qualifier, "load"
FROM "IN_CASE"
WHERE to_id = $id AND $load BETWEEN "load" AND coalesce(withdrawn - 1, $load)
ORDER BY event_id, "load"
