-- How many findings stand, by rule.
-- Parameters: $load integer
-- Columns: rule text, category text, severity text, findings integer
SELECT f.rule, f.category, f.severity, count(*) AS findings
FROM "Finding" f
WHERE f."load" <= $load AND f.rule_set IS NOT NULL
GROUP BY ALL
ORDER BY f.rule NULLS LAST, f.category NULLS LAST, f.severity NULLS LAST
