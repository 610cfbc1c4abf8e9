-- The materials and events that state facts.
-- Parameters: $ids list of text (facts), $load integer
-- Columns: fact_id text, from_label text, from_id text
-- Order: by the columns, sorted once read
SELECT to_id AS fact_id, from_label, from_id
FROM "STATES"
WHERE to_id IN $ids AND $load BETWEEN "load" AND coalesce(withdrawn - 1, $load)
