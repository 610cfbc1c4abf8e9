-- The facts that materials state.
-- Parameters: $ids list of text (materials), $load integer
-- Columns: material_id text, fact_id text
SELECT from_id AS material_id, to_id AS fact_id
FROM "STATES"
WHERE from_id IN $ids AND CASE WHEN from_label = 'Material' THEN $load BETWEEN "load" AND coalesce(withdrawn - 1, $load) ELSE false END
ORDER BY material_id, fact_id
