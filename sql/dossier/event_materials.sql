-- The materials that events received, used, produced or touched.
-- Parameters: $ids list of text (events), $load integer
-- Columns: type text, event_id text, material_id text
SELECT DISTINCT 'PRODUCED' AS type, from_id AS event_id, to_id AS material_id
FROM "PRODUCED"
WHERE from_id IN $ids AND to_label = 'Material' AND "load" <= $load AND (withdrawn IS NULL OR withdrawn > $load)
UNION ALL
SELECT DISTINCT 'RECEIVED' AS type, from_id AS event_id, to_id AS material_id
FROM "RECEIVED"
WHERE from_id IN $ids AND to_label = 'Material' AND "load" <= $load AND (withdrawn IS NULL OR withdrawn > $load)
UNION ALL
SELECT DISTINCT 'TOUCHED' AS type, from_id AS event_id, to_id AS material_id
FROM "TOUCHED"
WHERE from_id IN $ids AND to_label = 'Material' AND "load" <= $load AND (withdrawn IS NULL OR withdrawn > $load)
UNION ALL
SELECT DISTINCT 'USED' AS type, from_id AS event_id, to_id AS material_id
FROM "USED"
WHERE from_id IN $ids AND to_label = 'Material' AND "load" <= $load AND (withdrawn IS NULL OR withdrawn > $load)
ORDER BY type, event_id, material_id
