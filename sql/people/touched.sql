-- Persons and organisations that events touched.
-- Parameters: $ids list of text (events), $load integer
-- Columns: event_id text, label text, id text
SELECT DISTINCT from_id AS event_id, to_label AS label, to_id AS id
FROM "TOUCHED"
WHERE from_id IN $ids AND CASE WHEN to_label IN ('Organisation', 'Person') THEN $load BETWEEN "load" AND coalesce(withdrawn - 1, $load) ELSE false END
ORDER BY event_id, label, id
