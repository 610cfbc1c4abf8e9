-- What events are linked to, as a load knew it: cases, actors, units, materials, objects, facts.
-- Parameters: $ids list of text, $load integer
-- Columns: type text, event_id text, to_label text, to_id text, role text, qualifier text, load integer
-- Order: by the columns, sorted once read
SELECT 'BY' AS type, from_id AS event_id, to_label, to_id, role AS role, qualifier AS qualifier, "load"
FROM "BY"
WHERE from_id IN $ids AND CASE WHEN from_label = 'Event' THEN $load BETWEEN "load" AND coalesce(withdrawn - 1, $load) ELSE false END
UNION ALL
SELECT 'IN_CASE' AS type, from_id AS event_id, to_label, to_id, NULL AS role, qualifier AS qualifier, "load"
FROM "IN_CASE"
WHERE from_id IN $ids AND CASE WHEN from_label = 'Event' THEN $load BETWEEN "load" AND coalesce(withdrawn - 1, $load) ELSE false END
UNION ALL
SELECT 'IN_UNIT' AS type, from_id AS event_id, to_label, to_id, NULL AS role, qualifier AS qualifier, "load"
FROM "IN_UNIT"
WHERE from_id IN $ids AND CASE WHEN from_label = 'Event' THEN $load BETWEEN "load" AND coalesce(withdrawn - 1, $load) ELSE false END
UNION ALL
SELECT 'PRODUCED' AS type, from_id AS event_id, to_label, to_id, NULL AS role, qualifier AS qualifier, "load"
FROM "PRODUCED"
WHERE from_id IN $ids AND CASE WHEN from_label = 'Event' THEN $load BETWEEN "load" AND coalesce(withdrawn - 1, $load) ELSE false END
UNION ALL
SELECT 'RECEIVED' AS type, from_id AS event_id, to_label, to_id, NULL AS role, qualifier AS qualifier, "load"
FROM "RECEIVED"
WHERE from_id IN $ids AND CASE WHEN from_label = 'Event' THEN $load BETWEEN "load" AND coalesce(withdrawn - 1, $load) ELSE false END
UNION ALL
SELECT 'STATES' AS type, from_id AS event_id, to_label, to_id, NULL AS role, NULL AS qualifier, "load"
FROM "STATES"
WHERE from_id IN $ids AND CASE WHEN from_label = 'Event' THEN $load BETWEEN "load" AND coalesce(withdrawn - 1, $load) ELSE false END
UNION ALL
SELECT 'TOUCHED' AS type, from_id AS event_id, to_label, to_id, NULL AS role, qualifier AS qualifier, "load"
FROM "TOUCHED"
WHERE from_id IN $ids AND CASE WHEN from_label = 'Event' THEN $load BETWEEN "load" AND coalesce(withdrawn - 1, $load) ELSE false END
UNION ALL
SELECT 'USED' AS type, from_id AS event_id, to_label, to_id, NULL AS role, qualifier AS qualifier, "load"
FROM "USED"
WHERE from_id IN $ids AND CASE WHEN from_label = 'Event' THEN $load BETWEEN "load" AND coalesce(withdrawn - 1, $load) ELSE false END
