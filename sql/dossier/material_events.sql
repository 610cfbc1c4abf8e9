-- The events that received materials, with their cases.
-- Parameters: $ids list of text (materials), $load integer
-- Columns: material_id text, event_id text, case_id text
SELECT DISTINCT r.to_id AS material_id, r.from_id AS event_id, i.to_id AS case_id
FROM (
    SELECT from_id, to_id
    FROM "RECEIVED"
    WHERE to_id IN $ids AND to_label = 'Material' AND "load" <= $load AND (withdrawn IS NULL OR withdrawn > $load)
) r
LEFT JOIN "IN_CASE" i ON i.from_id = r.from_id AND i."load" <= $load AND (i.withdrawn IS NULL OR i.withdrawn > $load)
ORDER BY material_id, event_id, case_id NULLS LAST
