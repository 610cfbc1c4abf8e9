-- The cases of events.
-- Parameters: $ids list of text (events), $load integer
-- Columns: event_id text, case_id text
-- Order: by the columns, sorted once read
SELECT from_id AS event_id, to_id AS case_id
FROM "IN_CASE"
WHERE from_id IN $ids AND $load BETWEEN "load" AND coalesce(withdrawn - 1, $load)
