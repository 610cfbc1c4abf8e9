-- The files of records, and the volumes in which they are filed.
-- Parameters: $ids list of text (materials), $load integer
-- Columns: type text (FILED_IN, HAS_FILE), material_id text, to_id text, media_type text, size integer (bytes)
WITH records AS (SELECT DISTINCT unnest($ids::VARCHAR[]) AS id)
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
