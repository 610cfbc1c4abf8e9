-- By whom and in which units events were done.
-- Parameters: $ids list of text (events), $load integer
-- Columns: event_id text, to_label text (Actor, Unit), to_id text
SELECT from_id AS event_id, to_label, to_id
FROM "BY"
WHERE from_id IN $ids AND CASE WHEN from_label = 'Event' THEN $load BETWEEN "load" AND coalesce(withdrawn - 1, $load) ELSE false END
UNION ALL
SELECT from_id AS event_id, to_label, to_id
FROM "IN_UNIT"
WHERE from_id IN $ids AND CASE WHEN from_label = 'Event' THEN $load BETWEEN "load" AND coalesce(withdrawn - 1, $load) ELSE false END
ORDER BY event_id, to_label, to_id
