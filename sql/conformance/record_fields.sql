-- The fields that the records of cases state.
-- Parameters: $ids list of text (cases), $load integer
-- Columns: material_id text, fact_id text, field text, value text, number integer, unit text
WITH events AS (
    SELECT DISTINCT i.from_id AS id
    FROM "IN_CASE" i
    WHERE i.to_id IN (SELECT unnest($ids::VARCHAR[]))
        AND i."load" <= $load AND (i.withdrawn IS NULL OR i.withdrawn > $load)
),
records AS (
    SELECT l.to_id AS id
    FROM events e JOIN "PRODUCED" l ON l.from_id = e.id
    WHERE l.from_label = 'Event' AND l.to_label = 'Material' AND l."load" <= $load AND (l.withdrawn IS NULL OR l.withdrawn > $load)
    UNION
    SELECT l.to_id AS id
    FROM events e JOIN "RECEIVED" l ON l.from_id = e.id
    WHERE l.from_label = 'Event' AND l.to_label = 'Material' AND l."load" <= $load AND (l.withdrawn IS NULL OR l.withdrawn > $load)
    UNION
    SELECT l.to_id AS id
    FROM events e JOIN "TOUCHED" l ON l.from_id = e.id
    WHERE l.from_label = 'Event' AND l.to_label = 'Material' AND l."load" <= $load AND (l.withdrawn IS NULL OR l.withdrawn > $load)
    UNION
    SELECT l.to_id AS id
    FROM events e JOIN "USED" l ON l.from_id = e.id
    WHERE l.from_label = 'Event' AND l.to_label = 'Material' AND l."load" <= $load AND (l.withdrawn IS NULL OR l.withdrawn > $load)
)
SELECT m.id AS material_id, f.id AS fact_id, f.field, f.value, f.number, f.unit
FROM records m
    JOIN "STATES" l ON l.from_id = m.id
    JOIN "Fact" f ON f.id = l.to_id
WHERE l.from_label = 'Material' AND l.to_label = 'Fact' AND l."load" <= $load AND (l.withdrawn IS NULL OR l.withdrawn > $load)
    AND f."load" <= $load AND (f.withdrawn IS NULL OR f.withdrawn > $load)
ORDER BY material_id, fact_id
