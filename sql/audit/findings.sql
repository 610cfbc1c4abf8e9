-- A page of findings, by case and rule.
-- Parameters: $load integer, $limit integer
-- $rule text, $severity text, $category text, $case text (id): filters, null for none; $after_id text (id of a finding): where the page before ended, null for the first
-- Columns: id text, rule text, category text, severity text, detail text (JSON), rule_set text, number integer (load that found it)
SELECT f.id, f.rule, f.category, f.severity, f.detail, f.rule_set, f."load" AS number
FROM "Finding" f
WHERE f."load" <= $load AND f.rule_set IS NOT NULL
    AND ($rule::VARCHAR IS NULL OR f.rule = $rule)
    AND ($severity::VARCHAR IS NULL OR f.severity = $severity)
    AND ($category::VARCHAR IS NULL OR f.category = $category)
    AND ($after_id::VARCHAR IS NULL OR f.id > $after_id)
    AND ($case::VARCHAR IS NULL OR f.id IN (
        SELECT l.from_id FROM "FOUND" l WHERE l.to_label = 'Case' AND l.to_id = $case AND l."load" <= $load
    ))
ORDER BY f.id
LIMIT $limit
