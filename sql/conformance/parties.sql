-- Who did the events of cases, in which role, and in which unit.
-- Parameters: $ids list of text (cases), $load integer
-- Columns: type text (BY, IN_UNIT), event_id text, to_id text, role text, name text, kind text
WITH events AS (
    SELECT DISTINCT i.from_id AS id
    FROM "IN_CASE" i
    WHERE i.to_id IN (SELECT unnest($ids::VARCHAR[]))
        AND i."load" <= $load AND (i.withdrawn IS NULL OR i.withdrawn > $load)
)
SELECT 'BY' AS type, e.id AS event_id, l.to_id, l.role AS role, n.name, n.kind
FROM events e
    JOIN "BY" l ON l.from_id = e.id
    JOIN "Actor" n ON n.id = l.to_id
WHERE l.from_label = 'Event' AND l."load" <= $load AND (l.withdrawn IS NULL OR l.withdrawn > $load)
    AND n."load" <= $load AND (n.withdrawn IS NULL OR n.withdrawn > $load)
UNION
SELECT 'IN_UNIT' AS type, e.id AS event_id, l.to_id, NULL AS role, n.name, n.kind
FROM events e
    JOIN "IN_UNIT" l ON l.from_id = e.id
    JOIN "Unit" n ON n.id = l.to_id
WHERE l.from_label = 'Event' AND l."load" <= $load AND (l.withdrawn IS NULL OR l.withdrawn > $load)
    AND n."load" <= $load AND (n.withdrawn IS NULL OR n.withdrawn > $load)
ORDER BY type, event_id, to_id, role NULLS LAST
