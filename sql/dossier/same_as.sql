-- The persons that a decision has found to be the same, one step away.
-- Parameters: $ids list of text (persons), $load integer
-- Columns: from_id text, to_id text
-- Order: by the columns, sorted once read
SELECT from_id, to_id
FROM "SAME_AS"
WHERE from_id IN $ids AND $load BETWEEN "load" AND coalesce(withdrawn - 1, $load)
UNION
SELECT from_id, to_id
FROM "SAME_AS"
WHERE to_id IN $ids AND $load BETWEEN "load" AND coalesce(withdrawn - 1, $load)
