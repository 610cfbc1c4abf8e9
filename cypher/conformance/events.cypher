// The events of cases in their order, as audit rules and the evaluation of conformance need them.
// Parameters: $ids list of text (cases), $load integer
// Columns: case_id text, event_id text, known boolean (the event itself is there), at integer (epoch ms), offset integer (s), precision text, activity text, lifecycle text, stage text, outcome text, recorded_at integer (epoch ms), erased integer (the load that erased it)
UNWIND $ids AS id
WITH DISTINCT id
MATCH (c:Case {id: id})<-[i:IN_CASE]-(n:Event)
WHERE i.load <= $load AND (i.withdrawn IS NULL OR i.withdrawn > $load)
WITH c, i, n, CASE WHEN n.load <= $load AND (n.withdrawn IS NULL OR n.withdrawn > $load) THEN n END AS e
ORDER BY c.id, i.sort_at IS NULL, i.sort_at, coalesce(i.seq, 0), n.id
RETURN
    c.id AS case_id,
    n.id AS event_id,
    e IS NOT NULL AS known,
    e.at.epochMillis AS at,
    e.offset AS offset,
    e.precision AS precision,
    e.activity AS activity,
    e.lifecycle AS lifecycle,
    e.stage AS stage,
    e.outcome AS outcome,
    e.recorded_at.epochMillis AS recorded_at,
    e.erased AS erased
