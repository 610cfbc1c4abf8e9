-- Where materials are filed.
-- Parameters: $ids list of text (materials), $load integer
-- Columns: type text, material_id text, to_label text, to_id text, position integer, valid_from text, valid_to text
-- Order: by the columns, sorted once read
SELECT 'FILED_IN' AS type, from_id AS material_id, to_label, to_id, "position", valid_from, valid_to
FROM "FILED_IN"
WHERE from_id IN $ids AND CASE WHEN from_label = 'Material' THEN $load BETWEEN "load" AND coalesce(withdrawn - 1, $load) ELSE false END
