// The events that cases had as either of two loads knew them, with the activity of each as it is now.
// Parameters: $ids list of text (cases), $before integer, $load integer (the two loads)
// Columns: case_id text, event_id text, sort_at integer (epoch ms), seq integer, had boolean (by $before), has boolean (by $load), activity text, since integer (the load of what the event now says), withdrawn integer, erased integer (loads, of the event)
UNWIND $ids AS id
WITH DISTINCT id
MATCH (c:Case {id: id})<-[i:IN_CASE]-(e:Event)
WITH
    c,
    i,
    e,
    i.load <= $before AND (i.withdrawn IS NULL OR i.withdrawn > $before) AS had,
    i.load <= $load AND (i.withdrawn IS NULL OR i.withdrawn > $load) AS has
WHERE had OR has
RETURN
    c.id AS case_id,
    e.id AS event_id,
    i.sort_at.epochMillis AS sort_at,
    i.seq AS seq,
    had,
    has,
    e.activity AS activity,
    e.since AS since,
    e.withdrawn AS withdrawn,
    e.erased AS erased
ORDER BY case_id, event_id, i.load
