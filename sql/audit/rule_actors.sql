-- Who did the events of cases.
-- Parameters: $ids list of text (cases), $load integer
-- Columns: case_id text, event_id text, actor_id text, name text, kind text
SELECT DISTINCT i.to_id AS case_id, i.from_id AS event_id, a.id AS actor_id, a.name, a.kind
FROM "IN_CASE" i
    JOIN "BY" l ON l.from_id = i.from_id
    JOIN "Actor" a ON a.id = l.to_id
WHERE i.to_id IN (SELECT unnest($ids::VARCHAR[]))
    AND i."load" <= $load AND (i.withdrawn IS NULL OR i.withdrawn > $load)
    AND l."load" <= $load AND (l.withdrawn IS NULL OR l.withdrawn > $load)
    AND a."load" <= $load AND (a.withdrawn IS NULL OR a.withdrawn > $load)
ORDER BY case_id, event_id, actor_id
