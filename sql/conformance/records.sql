-- The records that the events of cases received, used, produced or touched; also those that are named and not there.
-- Parameters: $ids list of text (cases), $load integer
-- Columns: type text, event_id text, material_id text, title text, date text, medium text, form text, valid_until text, class text, retention text, erased integer (the load that erased it), known boolean (the record is there), qualifier text (of one that is not)
-- Order on Neo4j, once read: event_id, material_id, type, qualifier
WITH events AS (
    SELECT DISTINCT i.from_id AS id
    FROM "IN_CASE" i
    WHERE i.to_id IN (SELECT unnest($ids::VARCHAR[]))
        AND i."load" <= $load AND (i.withdrawn IS NULL OR i.withdrawn > $load)
),
links AS (
    SELECT 'PRODUCED' AS type, l.from_id, l.to_id, l.qualifier
    FROM "PRODUCED" l SEMI JOIN events e ON e.id = l.from_id
    WHERE l.from_label = 'Event' AND l.to_label = 'Material' AND l."load" <= $load AND (l.withdrawn IS NULL OR l.withdrawn > $load)
    UNION ALL
    SELECT 'RECEIVED' AS type, l.from_id, l.to_id, l.qualifier
    FROM "RECEIVED" l SEMI JOIN events e ON e.id = l.from_id
    WHERE l.from_label = 'Event' AND l.to_label = 'Material' AND l."load" <= $load AND (l.withdrawn IS NULL OR l.withdrawn > $load)
    UNION ALL
    SELECT 'TOUCHED' AS type, l.from_id, l.to_id, l.qualifier
    FROM "TOUCHED" l SEMI JOIN events e ON e.id = l.from_id
    WHERE l.from_label = 'Event' AND l.to_label = 'Material' AND l."load" <= $load AND (l.withdrawn IS NULL OR l.withdrawn > $load)
    UNION ALL
    SELECT 'USED' AS type, l.from_id, l.to_id, l.qualifier
    FROM "USED" l SEMI JOIN events e ON e.id = l.from_id
    WHERE l.from_label = 'Event' AND l.to_label = 'Material' AND l."load" <= $load AND (l.withdrawn IS NULL OR l.withdrawn > $load)
)
SELECT DISTINCT
    l.type,
    l.from_id AS event_id,
    l.to_id AS material_id,
    m.title,
    m."date",
    m.medium,
    m.form,
    m.valid_until,
    m.class,
    m.retention,
    m.erased,
    m.id IS NOT NULL AS known,
    CASE WHEN m.id IS NULL THEN l.qualifier END AS qualifier
FROM links l LEFT JOIN "Material" m ON m.id = l.to_id AND m."load" <= $load AND (m.withdrawn IS NULL OR m.withdrawn > $load)
ORDER BY event_id, material_id, type, qualifier NULLS LAST
