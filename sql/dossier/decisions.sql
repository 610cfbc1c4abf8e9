-- The decisions about facts and materials.
-- Parameters: $ids list of text (facts, materials), $load integer
-- Columns: label text (Fact, Material), id text, decision_id text
-- Order: by the columns, sorted once read
SELECT DISTINCT to_label AS label, to_id AS id, from_id AS decision_id
FROM "DECIDES"
WHERE to_id IN $ids AND CASE WHEN to_label IN ('Fact', 'Material') THEN $load BETWEEN "load" AND coalesce(withdrawn - 1, $load) ELSE false END
