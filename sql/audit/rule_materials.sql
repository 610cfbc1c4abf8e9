-- The records that the events of cases received or used.
-- Parameters: $ids list of text (cases), $load integer
-- Columns: case_id text, event_id text, material_id text, title text, dated text, valid_until text
SELECT DISTINCT i.to_id AS case_id, i.from_id AS event_id, m.id AS material_id, m.title, m."date" AS dated, m.valid_until
FROM "IN_CASE" i
    JOIN (
        SELECT from_id, to_id, "load", withdrawn FROM "RECEIVED" WHERE to_label = 'Material'
        UNION ALL
        SELECT from_id, to_id, "load", withdrawn FROM "USED" WHERE to_label = 'Material'
    ) l ON l.from_id = i.from_id
    JOIN "Material" m ON m.id = l.to_id
WHERE i.to_id IN (SELECT unnest($ids::VARCHAR[]))
    AND i."load" <= $load AND (i.withdrawn IS NULL OR i.withdrawn > $load)
    AND l."load" <= $load AND (l.withdrawn IS NULL OR l.withdrawn > $load)
    AND m."load" <= $load AND (m.withdrawn IS NULL OR m.withdrawn > $load)
    AND m.erased IS NULL
ORDER BY case_id, event_id, material_id
