-- The findings about cases, as the last audit left them.
-- Parameters: $load integer
-- Columns: case_id text, id text, rule text, severity text
SELECT DISTINCT l.to_id AS case_id, f.id, f.rule, f.severity
FROM "Finding" f
    JOIN "FOUND" l ON l.from_id = f.id
WHERE l.to_label = 'Case' AND l."load" <= $load
    AND f."load" <= $load AND f.rule_set IS NOT NULL
ORDER BY case_id, id
