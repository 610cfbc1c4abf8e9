// The findings about cases, as the last audit left them.
// Parameters: $load integer
// Columns: case_id text, id text, rule text, severity text
MATCH (f:Finding)-[l:FOUND]->(c:Case)
WHERE l.load <= $load AND f.load <= $load AND f.rule_set IS NOT NULL
RETURN DISTINCT c.id AS case_id, f.id AS id, f.rule AS rule, f.severity AS severity
ORDER BY case_id, id
