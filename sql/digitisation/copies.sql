-- The standing records that digitise some records.
-- Parameters: $ids list of text (materials), $load integer
-- Columns: material_id text, copy_id text
SELECT DISTINCT d.to_id AS material_id, d.from_id AS copy_id
FROM "DIGITISES" d JOIN "Material" c ON c.id = d.from_id
WHERE d.to_id IN $ids AND $load BETWEEN d."load" AND coalesce(d.withdrawn - 1, $load)
    AND $load BETWEEN c."load" AND coalesce(c.withdrawn - 1, $load)
ORDER BY material_id, copy_id
