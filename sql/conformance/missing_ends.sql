-- What events of cases refer to that is not there.
-- Parameters: $ids list of text (cases), $load integer
-- Columns: type text, event_id text, to_label text, to_id text, role text, qualifier text
WITH events AS (
    SELECT DISTINCT i.from_id AS id
    FROM "IN_CASE" i
    WHERE i.to_id IN (SELECT unnest($ids::VARCHAR[]))
        AND i."load" <= $load AND (i.withdrawn IS NULL OR i.withdrawn > $load)
)
SELECT 'BY' AS type, l.from_id AS event_id, l.to_label, l.to_id, l.role AS role, l.qualifier AS qualifier
FROM events e
    JOIN "BY" l ON l.from_id = e.id
    ANTI JOIN "Actor" n ON n.id = l.to_id AND n."load" <= $load AND (n.withdrawn IS NULL OR n.withdrawn > $load)
WHERE l.from_label = 'Event' AND l.to_label = 'Actor' AND l."load" <= $load AND (l.withdrawn IS NULL OR l.withdrawn > $load)
UNION ALL
SELECT 'IN_UNIT' AS type, l.from_id AS event_id, l.to_label, l.to_id, NULL AS role, l.qualifier AS qualifier
FROM events e
    JOIN "IN_UNIT" l ON l.from_id = e.id
    ANTI JOIN "Unit" n ON n.id = l.to_id AND n."load" <= $load AND (n.withdrawn IS NULL OR n.withdrawn > $load)
WHERE l.from_label = 'Event' AND l.to_label = 'Unit' AND l."load" <= $load AND (l.withdrawn IS NULL OR l.withdrawn > $load)
UNION ALL
SELECT 'RECEIVED' AS type, l.from_id AS event_id, l.to_label, l.to_id, NULL AS role, l.qualifier AS qualifier
FROM events e
    JOIN "RECEIVED" l ON l.from_id = e.id
    ANTI JOIN "Material" n ON n.id = l.to_id AND n."load" <= $load AND (n.withdrawn IS NULL OR n.withdrawn > $load)
WHERE l.from_label = 'Event' AND l.to_label = 'Material' AND l."load" <= $load AND (l.withdrawn IS NULL OR l.withdrawn > $load)
UNION ALL
SELECT 'RECEIVED' AS type, l.from_id AS event_id, l.to_label, l.to_id, NULL AS role, l.qualifier AS qualifier
FROM events e
    JOIN "RECEIVED" l ON l.from_id = e.id
    ANTI JOIN "Object" n ON n.id = l.to_id AND n."load" <= $load AND (n.withdrawn IS NULL OR n.withdrawn > $load)
WHERE l.from_label = 'Event' AND l.to_label = 'Object' AND l."load" <= $load AND (l.withdrawn IS NULL OR l.withdrawn > $load)
UNION ALL
SELECT 'USED' AS type, l.from_id AS event_id, l.to_label, l.to_id, NULL AS role, l.qualifier AS qualifier
FROM events e
    JOIN "USED" l ON l.from_id = e.id
    ANTI JOIN "Material" n ON n.id = l.to_id AND n."load" <= $load AND (n.withdrawn IS NULL OR n.withdrawn > $load)
WHERE l.from_label = 'Event' AND l.to_label = 'Material' AND l."load" <= $load AND (l.withdrawn IS NULL OR l.withdrawn > $load)
UNION ALL
SELECT 'USED' AS type, l.from_id AS event_id, l.to_label, l.to_id, NULL AS role, l.qualifier AS qualifier
FROM events e
    JOIN "USED" l ON l.from_id = e.id
    ANTI JOIN "Object" n ON n.id = l.to_id AND n."load" <= $load AND (n.withdrawn IS NULL OR n.withdrawn > $load)
WHERE l.from_label = 'Event' AND l.to_label = 'Object' AND l."load" <= $load AND (l.withdrawn IS NULL OR l.withdrawn > $load)
UNION ALL
SELECT 'PRODUCED' AS type, l.from_id AS event_id, l.to_label, l.to_id, NULL AS role, l.qualifier AS qualifier
FROM events e
    JOIN "PRODUCED" l ON l.from_id = e.id
    ANTI JOIN "Material" n ON n.id = l.to_id AND n."load" <= $load AND (n.withdrawn IS NULL OR n.withdrawn > $load)
WHERE l.from_label = 'Event' AND l.to_label = 'Material' AND l."load" <= $load AND (l.withdrawn IS NULL OR l.withdrawn > $load)
UNION ALL
SELECT 'PRODUCED' AS type, l.from_id AS event_id, l.to_label, l.to_id, NULL AS role, l.qualifier AS qualifier
FROM events e
    JOIN "PRODUCED" l ON l.from_id = e.id
    ANTI JOIN "Object" n ON n.id = l.to_id AND n."load" <= $load AND (n.withdrawn IS NULL OR n.withdrawn > $load)
WHERE l.from_label = 'Event' AND l.to_label = 'Object' AND l."load" <= $load AND (l.withdrawn IS NULL OR l.withdrawn > $load)
UNION ALL
SELECT 'TOUCHED' AS type, l.from_id AS event_id, l.to_label, l.to_id, NULL AS role, l.qualifier AS qualifier
FROM events e
    JOIN "TOUCHED" l ON l.from_id = e.id
    ANTI JOIN "Material" n ON n.id = l.to_id AND n."load" <= $load AND (n.withdrawn IS NULL OR n.withdrawn > $load)
WHERE l.from_label = 'Event' AND l.to_label = 'Material' AND l."load" <= $load AND (l.withdrawn IS NULL OR l.withdrawn > $load)
UNION ALL
SELECT 'TOUCHED' AS type, l.from_id AS event_id, l.to_label, l.to_id, NULL AS role, l.qualifier AS qualifier
FROM events e
    JOIN "TOUCHED" l ON l.from_id = e.id
    ANTI JOIN "Object" n ON n.id = l.to_id AND n."load" <= $load AND (n.withdrawn IS NULL OR n.withdrawn > $load)
WHERE l.from_label = 'Event' AND l.to_label = 'Object' AND l."load" <= $load AND (l.withdrawn IS NULL OR l.withdrawn > $load)
UNION ALL
SELECT 'TOUCHED' AS type, l.from_id AS event_id, l.to_label, l.to_id, NULL AS role, l.qualifier AS qualifier
FROM events e
    JOIN "TOUCHED" l ON l.from_id = e.id
    ANTI JOIN "Person" n ON n.id = l.to_id AND n."load" <= $load AND (n.withdrawn IS NULL OR n.withdrawn > $load)
WHERE l.from_label = 'Event' AND l.to_label = 'Person' AND l."load" <= $load AND (l.withdrawn IS NULL OR l.withdrawn > $load)
UNION ALL
SELECT 'TOUCHED' AS type, l.from_id AS event_id, l.to_label, l.to_id, NULL AS role, l.qualifier AS qualifier
FROM events e
    JOIN "TOUCHED" l ON l.from_id = e.id
    ANTI JOIN "Organisation" n ON n.id = l.to_id AND n."load" <= $load AND (n.withdrawn IS NULL OR n.withdrawn > $load)
WHERE l.from_label = 'Event' AND l.to_label = 'Organisation' AND l."load" <= $load AND (l.withdrawn IS NULL OR l.withdrawn > $load)
UNION ALL
SELECT 'STATES' AS type, l.from_id AS event_id, l.to_label, l.to_id, NULL AS role, NULL AS qualifier
FROM events e
    JOIN "STATES" l ON l.from_id = e.id
    ANTI JOIN "Fact" n ON n.id = l.to_id AND n."load" <= $load AND (n.withdrawn IS NULL OR n.withdrawn > $load)
WHERE l.from_label = 'Event' AND l.to_label = 'Fact' AND l."load" <= $load AND (l.withdrawn IS NULL OR l.withdrawn > $load)
ORDER BY type, event_id, to_label, to_id, role NULLS LAST, qualifier NULLS LAST
