-- The fields that the events of cases state; also facts that an event names and that are not there.
-- Parameters: $ids list of text (cases), $load integer
-- Columns: event_id text, fact_id text, field text, value text, number integer, unit text, known boolean (the fact is there)
-- Order on Neo4j, once read: event_id, fact_id
WITH events AS (
    SELECT DISTINCT i.from_id AS id
    FROM "IN_CASE" i
    WHERE i.to_id IN (SELECT unnest($ids::VARCHAR[]))
        AND i."load" <= $load AND (i.withdrawn IS NULL OR i.withdrawn > $load)
)
SELECT l.from_id AS event_id, l.to_id AS fact_id, f.field, f.value, f.number, f.unit, f.id IS NOT NULL AS known
FROM "STATES" l
    SEMI JOIN events e ON e.id = l.from_id
    LEFT JOIN "Fact" f ON f.id = l.to_id AND f."load" <= $load AND (f.withdrawn IS NULL OR f.withdrawn > $load)
WHERE l.from_label = 'Event' AND l.to_label = 'Fact' AND l."load" <= $load AND (l.withdrawn IS NULL OR l.withdrawn > $load)
ORDER BY event_id, fact_id
