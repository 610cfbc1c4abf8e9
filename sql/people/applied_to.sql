-- The persons and organisations that applied to cases, as a load knew it.
-- Parameters: $ids list of text (cases), $load integer
-- Columns: case_id text, label text, subject_id text, role text
SELECT to_id AS case_id, from_label AS label, from_id AS subject_id, role
FROM "APPLIED"
WHERE to_id IN $ids AND $load BETWEEN "load" AND coalesce(withdrawn - 1, $load)
ORDER BY case_id, label, subject_id, role NULLS LAST
