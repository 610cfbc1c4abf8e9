-- The events that cases had as either of two loads knew them, with the activity of each as it is now.
-- Parameters: $ids list of text (cases), $before integer, $load integer (the two loads)
-- Columns: case_id text, event_id text, sort_at integer (epoch ms), seq integer, had boolean (by $before), has boolean (by $load), activity text, since integer (the load of what the event now says), withdrawn integer, erased integer (loads, of the event)
SELECT
    i.to_id AS case_id,
    i.from_id AS event_id,
    epoch_ms(i.sort_at) AS sort_at,
    i.seq,
    i."load" <= $before AND (i.withdrawn IS NULL OR i.withdrawn > $before) AS had,
    i."load" <= $load AND (i.withdrawn IS NULL OR i.withdrawn > $load) AS has,
    e.activity,
    e.since,
    e.withdrawn,
    e.erased
FROM "IN_CASE" i JOIN "Event" e ON e.id = i.from_id
WHERE i.to_id IN (SELECT unnest($ids::VARCHAR[]))
    AND ((i."load" <= $before AND (i.withdrawn IS NULL OR i.withdrawn > $before))
        OR (i."load" <= $load AND (i.withdrawn IS NULL OR i.withdrawn > $load)))
ORDER BY case_id, event_id, i."load"
