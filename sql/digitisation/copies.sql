-- The records that are said to digitise some records.
-- Parameters: $ids list of text (materials), $load integer
-- Columns: material_id text, copy_id text
SELECT DISTINCT to_id AS material_id, from_id AS copy_id
FROM "DIGITISES"
WHERE to_id IN $ids AND $load BETWEEN "load" AND coalesce(withdrawn - 1, $load)
ORDER BY material_id, copy_id
