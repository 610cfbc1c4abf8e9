-- What was decided of the types of the records of cases, and not reversed.
-- Parameters: $ids list of text (cases), $load integer
-- Columns: material_id text, what text (JSON), number integer (the load of the decision), decision_id text
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
SELECT m.id AS material_id, d.what, d."load" AS number, d.id AS decision_id
FROM records m
    JOIN "DECIDES" l ON l.to_id = m.id
    JOIN "Decision" d ON d.id = l.from_id
WHERE l.to_label = 'Material' AND l."load" <= $load AND (l.withdrawn IS NULL OR l.withdrawn > $load)
    AND d.kind = 'class' AND d."load" <= $load AND (d.withdrawn IS NULL OR d.withdrawn > $load)
    AND NOT EXISTS (
        SELECT 1
        FROM "DECIDES" r JOIN "Decision" o ON o.id = r.from_id
        WHERE r.to_id = m.id AND r.to_label = 'Material' AND o.overrides = d.id
            AND r."load" <= $load AND (r.withdrawn IS NULL OR r.withdrawn > $load)
            AND o."load" <= $load AND (o.withdrawn IS NULL OR o.withdrawn > $load)
    )
ORDER BY material_id, number, decision_id
