// How many findings stand.
// Parameters: $load integer
// Columns: findings integer
MATCH (f:Finding)
WHERE f.load <= $load AND f.rule_set IS NOT NULL
RETURN count(*) AS findings
