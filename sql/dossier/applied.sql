-- The cases to which persons or organisations applied.
-- Parameters: $ids list of text (persons or organisations), $load integer
-- Columns: subject_id text, case_id text, role text
-- Order: by the columns, sorted once read
SELECT from_id AS subject_id, to_id AS case_id, role
FROM "APPLIED"
WHERE from_id IN $ids AND $load BETWEEN "load" AND coalesce(withdrawn - 1, $load)
