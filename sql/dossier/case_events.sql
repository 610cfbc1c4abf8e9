-- The events of several cases as a load knew them, without order.
-- Parameters: $ids list of text (cases), $load integer
-- Columns: case_id text, event_id text, sort_at integer (epoch ms), seq integer
-- Order: by the columns, sorted once read
SELECT to_id AS case_id, from_id AS event_id, epoch_ms(sort_at) AS sort_at, seq
FROM "IN_CASE"
WHERE to_id IN $ids AND $load BETWEEN "load" AND coalesce(withdrawn - 1, $load)
