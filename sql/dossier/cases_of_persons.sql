-- Which of these cases persons applied to.
-- Parameters: $ids list of text (cases), $load integer
-- Columns: case_id text
SELECT DISTINCT to_id AS case_id
FROM "APPLIED"
WHERE to_id IN $ids AND from_label = 'Person' AND "load" <= $load AND (withdrawn IS NULL OR withdrawn > $load)
ORDER BY case_id
