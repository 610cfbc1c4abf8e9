-- The files of the records of cases, and the volumes in which they are filed.
-- Parameters: $ids list of text (cases), $load integer
-- Columns: type text (FILED_IN, HAS_FILE), material_id text, to_id text, media_type text, size integer (bytes)
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
SELECT 'FILED_IN' AS type, m.id AS material_id, l.to_id, NULL AS media_type, NULL::BIGINT AS size
FROM records m JOIN "FILED_IN" l ON l.from_id = m.id
WHERE l.from_label = 'Material' AND l."load" <= $load AND (l.withdrawn IS NULL OR l.withdrawn > $load)
UNION
SELECT 'HAS_FILE' AS type, m.id AS material_id, l.to_id, f.media_type, f.size
FROM records m
    JOIN "HAS_FILE" l ON l.from_id = m.id
    JOIN "File" f ON f.id = l.to_id
WHERE l.from_label = 'Material' AND l."load" <= $load AND (l.withdrawn IS NULL OR l.withdrawn > $load)
    AND f."load" <= $load AND (f.withdrawn IS NULL OR f.withdrawn > $load)
ORDER BY type, material_id, to_id
