-- The rules by which findings about cases stand; a case is its place among the cases by id.
-- Parameters: $load integer
-- Columns: place integer (of the case, from 0), rule text
WITH places AS (
    SELECT c.id, row_number() OVER (ORDER BY c.id) - 1 AS place
    FROM "Case" c
    WHERE c."load" <= $load AND (c.withdrawn IS NULL OR c.withdrawn > $load)
)
SELECT DISTINCT p.place, f.rule
FROM "Finding" f
    JOIN "FOUND" l ON l.from_id = f.id
    JOIN places p ON p.id = l.to_id
WHERE f."load" <= $load AND f.rule_set IS NOT NULL AND f.rule IS NOT NULL
    AND l.to_label = 'Case' AND l."load" <= $load
ORDER BY p.place, f.rule
