-- The events that actors did, as a load knew it.
-- Parameters: $ids list of text (actors), $load integer
-- Columns: actor_id text, event_id text, role text, qualifier text
SELECT to_id AS actor_id, from_id AS event_id, role, qualifier
FROM "BY"
WHERE to_id IN $ids AND $load BETWEEN "load" AND coalesce(withdrawn - 1, $load)
ORDER BY actor_id, event_id, role NULLS LAST, qualifier NULLS LAST
