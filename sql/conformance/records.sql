-- The records that the events of cases received, used, produced or touched.
-- Parameters: $ids list of text (cases), $load integer
-- Columns: type text, event_id text, material_id text, title text, date text, medium text, form text, valid_until text, class text, retention text, erased integer (the load that erased it)
WITH events AS (
    SELECT DISTINCT i.from_id AS id
    FROM "IN_CASE" i
    WHERE i.to_id IN (SELECT unnest($ids::VARCHAR[]))
        AND i."load" <= $load AND (i.withdrawn IS NULL OR i.withdrawn > $load)
),
links AS (
    SELECT 'PRODUCED' AS type, l.from_id, l.to_id
    FROM events e JOIN "PRODUCED" l ON l.from_id = e.id
    WHERE l.from_label = 'Event' AND l.to_label = 'Material' AND l."load" <= $load AND (l.withdrawn IS NULL OR l.withdrawn > $load)
    UNION
    SELECT 'RECEIVED' AS type, l.from_id, l.to_id
    FROM events e JOIN "RECEIVED" l ON l.from_id = e.id
    WHERE l.from_label = 'Event' AND l.to_label = 'Material' AND l."load" <= $load AND (l.withdrawn IS NULL OR l.withdrawn > $load)
    UNION
    SELECT 'TOUCHED' AS type, l.from_id, l.to_id
    FROM events e JOIN "TOUCHED" l ON l.from_id = e.id
    WHERE l.from_label = 'Event' AND l.to_label = 'Material' AND l."load" <= $load AND (l.withdrawn IS NULL OR l.withdrawn > $load)
    UNION
    SELECT 'USED' AS type, l.from_id, l.to_id
    FROM events e JOIN "USED" l ON l.from_id = e.id
    WHERE l.from_label = 'Event' AND l.to_label = 'Material' AND l."load" <= $load AND (l.withdrawn IS NULL OR l.withdrawn > $load)
)
SELECT
    l.type,
    l.from_id AS event_id,
    m.id AS material_id,
    m.title,
    m."date",
    m.medium,
    m.form,
    m.valid_until,
    m.class,
    m.retention,
    m.erased
FROM links l JOIN "Material" m ON m.id = l.to_id
WHERE m."load" <= $load AND (m.withdrawn IS NULL OR m.withdrawn > $load)
ORDER BY event_id, material_id, type
