-- The events of cases as a load knew them, without order.
-- Parameters: $ids list of text (cases), $load integer
-- Columns: case_id text, event_id text, sort_at integer (epoch ms), seq integer, qualifier text, load integer
SELECT to_id AS case_id, from_id AS event_id, epoch_ms(sort_at) AS sort_at, seq, qualifier, "load"
FROM "IN_CASE"
WHERE to_id IN $ids AND $load BETWEEN "load" AND coalesce(withdrawn - 1, $load)
ORDER BY case_id, event_id, "load"
