// The events that received, used, produced or touched materials, or touched persons or organisations.
// Parameters: $ids list of text (materials, persons, organisations), $load integer
// Columns: type text, label text, id text (what was handled), event_id text
UNWIND $ids AS id
WITH DISTINCT id
MATCH (t:Material|Organisation|Person {id: id})<-[r:PRODUCED|RECEIVED|TOUCHED|USED]-(e:Event)
WHERE r.load <= $load AND (r.withdrawn IS NULL OR r.withdrawn > $load)
RETURN type(r) AS type, labels(t)[0] AS label, endNode(r).id AS id, e.id AS event_id
ORDER BY type, label, id, event_id
