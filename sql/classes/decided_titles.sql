-- What was decided of titles, and not reversed, the earliest first.
-- Parameters: $load integer
-- Columns: decision_id text, number integer (its load), what text (JSON)
SELECT d.id AS decision_id, d."load" AS number, d.what
FROM "Decision" d
WHERE d.kind = 'class' AND contains(d.what, '"title":')
    AND d."load" <= $load AND (d.withdrawn IS NULL OR d.withdrawn > $load)
    AND NOT EXISTS (
        SELECT 1
        FROM "Decision" r
        WHERE r.overrides = d.id AND r."load" <= $load AND (r.withdrawn IS NULL OR r.withdrawn > $load)
    )
ORDER BY number, decision_id
