-- What was decided of the types of materials, and not reversed.
-- Parameters: $ids list of text (materials)
-- Columns: material_id text, decision_id text, number integer (its load), what text (JSON)
SELECT l.to_id AS material_id, d.id AS decision_id, d."load" AS number, d.what
FROM "DECIDES" l JOIN "Decision" d ON d.id = l.from_id
WHERE l.to_id IN (SELECT unnest($ids::VARCHAR[])) AND l.to_label = 'Material' AND d.kind = 'class'
    AND l.withdrawn IS NULL AND d.withdrawn IS NULL
    AND NOT EXISTS (SELECT 1 FROM "Decision" o WHERE o.overrides = d.id AND o.withdrawn IS NULL)
ORDER BY material_id, number, decision_id
