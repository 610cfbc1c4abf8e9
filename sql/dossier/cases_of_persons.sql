-- Which of these cases persons applied to.
-- Parameters: $ids list of text (cases), $load integer
-- Columns: case_id text
-- Order: by the columns, sorted once read
SELECT DISTINCT to_id AS case_id
FROM "APPLIED"
WHERE to_id IN $ids AND CASE WHEN from_label = 'Person' THEN $load BETWEEN "load" AND coalesce(withdrawn - 1, $load) ELSE false END
