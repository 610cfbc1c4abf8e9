-- The cases that are part of matters (联办).
-- Parameters: $ids list of text (matters), $load integer
-- Columns: matter_id text, case_id text
SELECT to_id AS matter_id, from_id AS case_id
FROM "PART_OF"
WHERE to_id IN $ids AND $load BETWEEN "load" AND coalesce(withdrawn - 1, $load)
ORDER BY matter_id, case_id
