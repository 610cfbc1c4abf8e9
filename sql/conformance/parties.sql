-- Who did the events of cases, in which role, and in which unit; also whom an event names that is not there.
-- Parameters: $ids list of text (cases), $load integer
-- Columns: type text (BY, IN_UNIT), event_id text, to_id text, role text, name text, kind text, known boolean (actor or unit is there), qualifier text (of one that is not)
-- Order on Neo4j, once read: type, event_id, to_id, role, qualifier
WITH events AS (
    SELECT DISTINCT i.from_id AS id
    FROM "IN_CASE" i
    WHERE i.to_id IN (SELECT unnest($ids::VARCHAR[]))
        AND i."load" <= $load AND (i.withdrawn IS NULL OR i.withdrawn > $load)
)
SELECT DISTINCT
    'BY' AS type,
    l.from_id AS event_id,
    l.to_id,
    l.role AS role,
    n.name,
    n.kind,
    n.id IS NOT NULL AS known,
    CASE WHEN n.id IS NULL THEN l.qualifier END AS qualifier
FROM "BY" l
    SEMI JOIN events e ON e.id = l.from_id
    LEFT JOIN "Actor" n ON n.id = l.to_id AND n."load" <= $load AND (n.withdrawn IS NULL OR n.withdrawn > $load)
WHERE l.from_label = 'Event' AND l."load" <= $load AND (l.withdrawn IS NULL OR l.withdrawn > $load)
UNION ALL
SELECT DISTINCT
    'IN_UNIT' AS type,
    l.from_id AS event_id,
    l.to_id,
    NULL AS role,
    n.name,
    n.kind,
    n.id IS NOT NULL AS known,
    CASE WHEN n.id IS NULL THEN l.qualifier END AS qualifier
FROM "IN_UNIT" l
    SEMI JOIN events e ON e.id = l.from_id
    LEFT JOIN "Unit" n ON n.id = l.to_id AND n."load" <= $load AND (n.withdrawn IS NULL OR n.withdrawn > $load)
WHERE l.from_label = 'Event' AND l."load" <= $load AND (l.withdrawn IS NULL OR l.withdrawn > $load)
ORDER BY type, event_id, to_id, role NULLS LAST, qualifier NULLS LAST
