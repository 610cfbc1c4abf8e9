-- The fields that records state.
-- Parameters: $ids list of text (materials), $load integer
-- Columns: material_id text, fact_id text, field text, value text, number integer, unit text
-- Order on Neo4j, once read: material_id, fact_id
SELECT l.from_id AS material_id, f.id AS fact_id, f.field, f.value, f.number, f.unit
FROM "STATES" l JOIN "Fact" f ON f.id = l.to_id
WHERE l.from_id IN (SELECT unnest($ids::VARCHAR[]))
    AND l.from_label = 'Material' AND l.to_label = 'Fact' AND l."load" <= $load AND (l.withdrawn IS NULL OR l.withdrawn > $load)
    AND f."load" <= $load AND (f.withdrawn IS NULL OR f.withdrawn > $load)
ORDER BY material_id, fact_id
