// What was decided of titles, and not reversed, the earliest first.
// Parameters: $load integer
// Columns: decision_id text, number integer (its load), what text (JSON)
MATCH (d:Decision {kind: 'class'})
WHERE d.what CONTAINS '"title":'
    AND d.load <= $load AND (d.withdrawn IS NULL OR d.withdrawn > $load)
    AND NOT EXISTS {
        MATCH (r:Decision)
        WHERE r.overrides = d.id AND r.load <= $load AND (r.withdrawn IS NULL OR r.withdrawn > $load)
    }
RETURN d.id AS decision_id, d.load AS number, d.what AS what
ORDER BY number, decision_id
