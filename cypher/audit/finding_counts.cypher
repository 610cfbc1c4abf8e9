// How many findings stand, by rule.
// Parameters: $load integer
// Columns: rule text, category text, severity text, findings integer
MATCH (f:Finding)
WHERE f.load <= $load AND f.rule_set IS NOT NULL
RETURN f.rule AS rule, f.category AS category, f.severity AS severity, count(*) AS findings
ORDER BY rule IS NULL, rule, category IS NULL, category, severity IS NULL, severity
