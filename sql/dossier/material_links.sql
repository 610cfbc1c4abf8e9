-- The files of materials, and the paper records that they digitise.
-- Parameters: $ids list of text (materials), $load integer
-- Columns: type text, material_id text, to_label text, to_id text, position integer, valid_from text, valid_to text
-- Order: by the columns, sorted once read
SELECT 'DIGITISES' AS type, from_id AS material_id, to_label, to_id, NULL AS "position", NULL AS valid_from, NULL AS valid_to
FROM "DIGITISES"
WHERE from_id IN $ids AND CASE WHEN from_label = 'Material' THEN $load BETWEEN "load" AND coalesce(withdrawn - 1, $load) ELSE false END
UNION ALL
SELECT 'HAS_FILE' AS type, from_id AS material_id, to_label, to_id, NULL AS "position", NULL AS valid_from, NULL AS valid_to
FROM "HAS_FILE"
WHERE from_id IN $ids AND CASE WHEN from_label = 'Material' THEN $load BETWEEN "load" AND coalesce(withdrawn - 1, $load) ELSE false END
