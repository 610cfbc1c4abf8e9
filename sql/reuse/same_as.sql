-- All persons that decisions have found to be the same.
-- Parameters: $load integer
-- Columns: from_id text, to_id text
SELECT DISTINCT from_id, to_id
FROM "SAME_AS"
WHERE "load" <= $load AND (withdrawn IS NULL OR withdrawn > $load)
ORDER BY from_id, to_id
