-- What events of cases refer to that is not there, beside actors, units, records and facts.
-- Parameters: $ids list of text (cases), $load integer
-- Columns: type text, event_id text, to_label text, to_id text, qualifier text
WITH events AS (
    SELECT DISTINCT i.from_id AS id
    FROM "IN_CASE" i
    WHERE i.to_id IN (SELECT unnest($ids::VARCHAR[]))
        AND i."load" <= $load AND (i.withdrawn IS NULL OR i.withdrawn > $load)
)
SELECT 'RECEIVED' AS type, l.from_id AS event_id, l.to_label, l.to_id, l.qualifier
FROM "RECEIVED" l
    SEMI JOIN events e ON e.id = l.from_id
    ANTI JOIN "Object" n ON n.id = l.to_id AND n."load" <= $load AND (n.withdrawn IS NULL OR n.withdrawn > $load)
WHERE l.from_label = 'Event' AND l.to_label = 'Object' AND l."load" <= $load AND (l.withdrawn IS NULL OR l.withdrawn > $load)
UNION ALL
SELECT 'USED' AS type, l.from_id AS event_id, l.to_label, l.to_id, l.qualifier
FROM "USED" l
    SEMI JOIN events e ON e.id = l.from_id
    ANTI JOIN "Object" n ON n.id = l.to_id AND n."load" <= $load AND (n.withdrawn IS NULL OR n.withdrawn > $load)
WHERE l.from_label = 'Event' AND l.to_label = 'Object' AND l."load" <= $load AND (l.withdrawn IS NULL OR l.withdrawn > $load)
UNION ALL
SELECT 'PRODUCED' AS type, l.from_id AS event_id, l.to_label, l.to_id, l.qualifier
FROM "PRODUCED" l
    SEMI JOIN events e ON e.id = l.from_id
    ANTI JOIN "Object" n ON n.id = l.to_id AND n."load" <= $load AND (n.withdrawn IS NULL OR n.withdrawn > $load)
WHERE l.from_label = 'Event' AND l.to_label = 'Object' AND l."load" <= $load AND (l.withdrawn IS NULL OR l.withdrawn > $load)
UNION ALL
SELECT 'TOUCHED' AS type, l.from_id AS event_id, l.to_label, l.to_id, l.qualifier
FROM "TOUCHED" l
    SEMI JOIN events e ON e.id = l.from_id
    ANTI JOIN "Object" n ON n.id = l.to_id AND n."load" <= $load AND (n.withdrawn IS NULL OR n.withdrawn > $load)
WHERE l.from_label = 'Event' AND l.to_label = 'Object' AND l."load" <= $load AND (l.withdrawn IS NULL OR l.withdrawn > $load)
UNION ALL
SELECT 'TOUCHED' AS type, l.from_id AS event_id, l.to_label, l.to_id, l.qualifier
FROM "TOUCHED" l
    SEMI JOIN events e ON e.id = l.from_id
    ANTI JOIN "Person" n ON n.id = l.to_id AND n."load" <= $load AND (n.withdrawn IS NULL OR n.withdrawn > $load)
WHERE l.from_label = 'Event' AND l.to_label = 'Person' AND l."load" <= $load AND (l.withdrawn IS NULL OR l.withdrawn > $load)
UNION ALL
SELECT 'TOUCHED' AS type, l.from_id AS event_id, l.to_label, l.to_id, l.qualifier
FROM "TOUCHED" l
    SEMI JOIN events e ON e.id = l.from_id
    ANTI JOIN "Organisation" n ON n.id = l.to_id AND n."load" <= $load AND (n.withdrawn IS NULL OR n.withdrawn > $load)
WHERE l.from_label = 'Event' AND l.to_label = 'Organisation' AND l."load" <= $load AND (l.withdrawn IS NULL OR l.withdrawn > $load)
ORDER BY type, event_id, to_label, to_id, qualifier NULLS LAST
