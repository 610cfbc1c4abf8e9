-- Where the events of cases were done.
-- Parameters: $ids list of text (cases), $load integer
-- Columns: case_id text, event_id text, unit_id text
SELECT DISTINCT i.to_id AS case_id, i.from_id AS event_id, a.id AS unit_id
FROM "IN_CASE" i
    JOIN "IN_UNIT" l ON l.from_id = i.from_id
    JOIN "Unit" a ON a.id = l.to_id
WHERE i.to_id IN (SELECT unnest($ids::VARCHAR[]))
    AND i."load" <= $load AND (i.withdrawn IS NULL OR i.withdrawn > $load)
    AND l."load" <= $load AND (l.withdrawn IS NULL OR l.withdrawn > $load)
    AND a."load" <= $load AND (a.withdrawn IS NULL OR a.withdrawn > $load)
ORDER BY case_id, event_id, unit_id
