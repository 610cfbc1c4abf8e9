-- The materials that events received.
-- Parameters: $ids list of text (events), $load integer
-- Columns: type text, event_id text, material_id text
-- Order: by the columns, sorted once read
SELECT 'RECEIVED' AS type, from_id AS event_id, to_id AS material_id
FROM "RECEIVED"
WHERE from_id IN $ids AND CASE WHEN to_label = 'Material' THEN $load BETWEEN "load" AND coalesce(withdrawn - 1, $load) ELSE false END
