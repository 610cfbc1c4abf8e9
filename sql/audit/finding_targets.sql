-- What findings are about.
-- Parameters: $ids list of text (findings), $load integer
-- Columns: finding_id text, label text, target_id text
SELECT l.from_id AS finding_id, l.to_label AS label, l.to_id AS target_id
FROM "FOUND" l
WHERE l.from_id IN (SELECT unnest($ids::VARCHAR[])) AND l."load" <= $load
ORDER BY finding_id, label, target_id
