-- The decisions about facts and materials.
-- Parameters: $ids list of text (facts, materials), $load integer
-- Columns: label text (Fact, Material), id text, decision_id text
SELECT DISTINCT to_label AS label, to_id AS id, from_id AS decision_id
FROM "DECIDES"
WHERE to_id IN $ids AND to_label IN ('Fact', 'Material') AND "load" <= $load AND (withdrawn IS NULL OR withdrawn > $load)
ORDER BY label, id, decision_id
