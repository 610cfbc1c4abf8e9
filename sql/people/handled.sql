-- The events that received, used, produced or touched materials, or touched persons or organisations.
-- Parameters: $ids list of text (materials, persons, organisations), $load integer
-- Columns: type text, label text, id text (what was handled), event_id text
SELECT 'PRODUCED' AS type, to_label AS label, to_id AS id, from_id AS event_id
FROM "PRODUCED"
WHERE to_id IN $ids AND CASE WHEN to_label IN ('Material', 'Organisation', 'Person') THEN $load BETWEEN "load" AND coalesce(withdrawn - 1, $load) ELSE false END
UNION ALL
SELECT 'RECEIVED' AS type, to_label AS label, to_id AS id, from_id AS event_id
FROM "RECEIVED"
WHERE to_id IN $ids AND CASE WHEN to_label IN ('Material', 'Organisation', 'Person') THEN $load BETWEEN "load" AND coalesce(withdrawn - 1, $load) ELSE false END
UNION ALL
SELECT 'TOUCHED' AS type, to_label AS label, to_id AS id, from_id AS event_id
FROM "TOUCHED"
WHERE to_id IN $ids AND CASE WHEN to_label IN ('Material', 'Organisation', 'Person') THEN $load BETWEEN "load" AND coalesce(withdrawn - 1, $load) ELSE false END
UNION ALL
SELECT 'USED' AS type, to_label AS label, to_id AS id, from_id AS event_id
FROM "USED"
WHERE to_id IN $ids AND CASE WHEN to_label IN ('Material', 'Organisation', 'Person') THEN $load BETWEEN "load" AND coalesce(withdrawn - 1, $load) ELSE false END
ORDER BY type, label, id, event_id
