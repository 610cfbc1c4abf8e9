// The events of cases in their order, as far as audit rules need them.
// Parameters: $ids list of text (cases), $load integer
// Columns: case_id text, event_id text, activity text, lifecycle text, stage text, at integer (epoch ms), offset integer (s), precision text, recorded_at integer (epoch ms), erased boolean
UNWIND $ids AS id
WITH DISTINCT id
MATCH (c:Case {id: id})<-[i:IN_CASE]-(e:Event)
WHERE c.load <= $load AND (c.withdrawn IS NULL OR c.withdrawn > $load)
    AND i.load <= $load AND (i.withdrawn IS NULL OR i.withdrawn > $load)
    AND e.load <= $load AND (e.withdrawn IS NULL OR e.withdrawn > $load)
WITH c, i, e
ORDER BY c.id, i.sort_at IS NULL, i.sort_at, coalesce(i.seq, 0), e.id
RETURN
    c.id AS case_id,
    e.id AS event_id,
    e.activity AS activity,
    e.lifecycle AS lifecycle,
    e.stage AS stage,
    e.at.epochMillis AS at,
    e.offset AS offset,
    e.precision AS precision,
    e.recorded_at.epochMillis AS recorded_at,
    e.erased IS NOT NULL AS erased
