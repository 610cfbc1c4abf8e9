-- The fields that the events of cases state.
-- Parameters: $ids list of text (cases), $load integer
-- Columns: event_id text, fact_id text, field text, value text, number integer, unit text
WITH events AS (
    SELECT DISTINCT i.from_id AS id
    FROM "IN_CASE" i
    WHERE i.to_id IN (SELECT unnest($ids::VARCHAR[]))
        AND i."load" <= $load AND (i.withdrawn IS NULL OR i.withdrawn > $load)
)
SELECT e.id AS event_id, f.id AS fact_id, f.field, f.value, f.number, f.unit
FROM events e
    JOIN "STATES" l ON l.from_id = e.id
    JOIN "Fact" f ON f.id = l.to_id
WHERE l.from_label = 'Event' AND l.to_label = 'Fact' AND l."load" <= $load AND (l.withdrawn IS NULL OR l.withdrawn > $load)
    AND f."load" <= $load AND (f.withdrawn IS NULL OR f.withdrawn > $load)
ORDER BY event_id, fact_id
