-- The events that received materials.
-- Parameters: $ids list of text (materials), $load integer
-- Columns: material_id text, event_id text
-- Order: by the columns, sorted once read
SELECT to_id AS material_id, from_id AS event_id
FROM "RECEIVED"
WHERE to_id IN $ids AND CASE WHEN to_label = 'Material' THEN $load BETWEEN "load" AND coalesce(withdrawn - 1, $load) ELSE false END
