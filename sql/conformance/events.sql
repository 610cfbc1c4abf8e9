-- The events of cases in their order, as audit rules and the evaluation of conformance need them.
-- Parameters: $ids list of text (cases), $load integer
-- Columns: case_id text, event_id text, known boolean (the event itself is there), at integer (epoch ms), offset integer (s), precision text, activity text, lifecycle text, stage text, outcome text, recorded_at integer (epoch ms), erased integer (the load that erased it)
SELECT
    i.to_id AS case_id,
    i.from_id AS event_id,
    e.id IS NOT NULL AS known,
    epoch_ms(e."at") AS "at",
    e."offset",
    e."precision",
    e.activity,
    e.lifecycle,
    e.stage,
    e.outcome,
    epoch_ms(e.recorded_at) AS recorded_at,
    e.erased
FROM "IN_CASE" i LEFT JOIN "Event" e ON e.id = i.from_id AND e."load" <= $load AND (e.withdrawn IS NULL OR e.withdrawn > $load)
WHERE i.to_id IN (SELECT unnest($ids::VARCHAR[]))
    AND i."load" <= $load AND (i.withdrawn IS NULL OR i.withdrawn > $load)
ORDER BY case_id, i.sort_at NULLS LAST, coalesce(i.seq, 0), event_id
