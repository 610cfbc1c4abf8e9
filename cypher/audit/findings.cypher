// A page of findings, by case and rule.
// Parameters: $load integer, $limit integer
// $rule text, $severity text, $category text, $case text (id): filters, null for none; $after_id text (id of a finding): where the page before ended, null for the first
// Columns: id text, rule text, category text, severity text, detail text (JSON), rule_set text, number integer (load that found it)
OPTIONAL MATCH (last:Finding {id: $after_id})
WITH last
MATCH (f:Finding)
WHERE f.load <= $load AND f.rule_set IS NOT NULL
    AND ($rule IS NULL OR f.rule = $rule)
    AND ($severity IS NULL OR f.severity = $severity)
    AND ($category IS NULL OR f.category = $category)
    // ORDER BY orders ids by code point, < by UTF-16 unit: a page that ended by the one must go on by it.
    AND ($after_id IS NULL OR (f <> last AND COLLECT { UNWIND [f, last] AS x RETURN x ORDER BY x.id LIMIT 1 }[0] = last))
    AND ($case IS NULL OR EXISTS { MATCH (f)-[l:FOUND]->(:Case {id: $case}) WHERE l.load <= $load })
WITH f
ORDER BY f.id
LIMIT $limit
RETURN f.id AS id, f.rule AS rule, f.category AS category, f.severity AS severity, f.detail AS detail, f.rule_set AS rule_set, f.load AS number
ORDER BY id
