-- How many findings stand.
-- Parameters: $load integer
-- Columns: findings integer
SELECT count(*) AS findings
FROM "Finding" f
WHERE f."load" <= $load AND f.rule_set IS NOT NULL
