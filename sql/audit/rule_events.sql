-- The events of cases in their order, as far as audit rules need them.
-- Parameters: $ids list of text (cases), $load integer
-- Columns: case_id text, event_id text, activity text, lifecycle text, stage text, at integer (epoch ms), offset integer (s), precision text, recorded_at integer (epoch ms), erased boolean
SELECT
    i.to_id AS case_id,
    e.id AS event_id,
    e.activity,
    e.lifecycle,
    e.stage,
    epoch_ms(e."at") AS "at",
    e."offset",
    e."precision",
    epoch_ms(e.recorded_at) AS recorded_at,
    e.erased IS NOT NULL AS erased
FROM "IN_CASE" i
    JOIN "Case" c ON c.id = i.to_id
    JOIN "Event" e ON e.id = i.from_id
WHERE i.to_id IN (SELECT unnest($ids::VARCHAR[]))
    AND c."load" <= $load AND (c.withdrawn IS NULL OR c.withdrawn > $load)
    AND i."load" <= $load AND (i.withdrawn IS NULL OR i.withdrawn > $load)
    AND e."load" <= $load AND (e.withdrawn IS NULL OR e.withdrawn > $load)
ORDER BY case_id, i.sort_at NULLS LAST, coalesce(i.seq, 0), event_id
