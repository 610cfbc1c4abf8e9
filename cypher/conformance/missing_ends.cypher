// What events of cases refer to that is not there, beside actors, units, records and facts.
// Parameters: $ids list of text (cases), $load integer
// Columns: type text, event_id text, to_label text, to_id text, qualifier text
UNWIND $ids AS id
WITH DISTINCT id
MATCH (:Case {id: id})<-[i:IN_CASE]-(e:Event)
WHERE i.load <= $load AND (i.withdrawn IS NULL OR i.withdrawn > $load)
WITH DISTINCT e
MATCH (e)-[l:PRODUCED|RECEIVED|TOUCHED|USED]->(n:Object|Person|Organisation)
WHERE l.load <= $load AND (l.withdrawn IS NULL OR l.withdrawn > $load)
    AND NOT coalesce(n.load <= $load AND (n.withdrawn IS NULL OR n.withdrawn > $load), false)
RETURN
    type(l) AS type,
    e.id AS event_id,
    labels(n)[0] AS to_label,
    n.id AS to_id,
    l.qualifier AS qualifier
ORDER BY type, event_id, to_label, to_id, qualifier
