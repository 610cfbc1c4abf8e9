-- The matters (联办) of which cases are part.
-- Parameters: $ids list of text (cases), $load integer
-- Columns: case_id text, matter_id text
-- Order: by the columns, sorted once read
SELECT from_id AS case_id, to_id AS matter_id
FROM "PART_OF"
WHERE from_id IN $ids AND $load BETWEEN "load" AND coalesce(withdrawn - 1, $load)
