-- The records in some volumes, in the order of their places.
-- Parameters: $ids list of text (volumes), $load integer
-- Columns: volume_id text, position integer, material_id text
SELECT to_id AS volume_id, "position", from_id AS material_id
FROM "FILED_IN"
WHERE to_id IN $ids AND $load BETWEEN "load" AND coalesce(withdrawn - 1, $load)
ORDER BY to_id, "position" NULLS LAST, from_id
