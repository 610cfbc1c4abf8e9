-- The materials and objects that events received, used, produced or touched.
-- Parameters: $ids list of text (events), $load integer
-- Columns: event_id text, to_label text (Material, Object), to_id text
SELECT from_id AS event_id, to_label, to_id
FROM "PRODUCED"
WHERE from_id IN $ids AND CASE WHEN to_label IN ('Material', 'Object') THEN $load BETWEEN "load" AND coalesce(withdrawn - 1, $load) ELSE false END
UNION ALL
SELECT from_id AS event_id, to_label, to_id
FROM "RECEIVED"
WHERE from_id IN $ids AND CASE WHEN to_label IN ('Material', 'Object') THEN $load BETWEEN "load" AND coalesce(withdrawn - 1, $load) ELSE false END
UNION ALL
SELECT from_id AS event_id, to_label, to_id
FROM "TOUCHED"
WHERE from_id IN $ids AND CASE WHEN to_label IN ('Material', 'Object') THEN $load BETWEEN "load" AND coalesce(withdrawn - 1, $load) ELSE false END
UNION ALL
SELECT from_id AS event_id, to_label, to_id
FROM "USED"
WHERE from_id IN $ids AND CASE WHEN to_label IN ('Material', 'Object') THEN $load BETWEEN "load" AND coalesce(withdrawn - 1, $load) ELSE false END
ORDER BY event_id, to_label, to_id
