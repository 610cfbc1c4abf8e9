// The materials and objects that events received, used, produced or touched.
// Parameters: $ids list of text (events), $load integer
// Columns: event_id text, to_label text (Material, Object), to_id text
UNWIND $ids AS id
WITH DISTINCT id
MATCH (e:Event {id: id})-[r:PRODUCED|RECEIVED|TOUCHED|USED]->(t:Material|Object)
WHERE r.load <= $load AND (r.withdrawn IS NULL OR r.withdrawn > $load)
// startNode(r) is read from the store; the id of e would be the parameter's text, which sorts by UTF-16 unit.
RETURN startNode(r).id AS event_id, labels(t)[0] AS to_label, t.id AS to_id
ORDER BY event_id, to_label, to_id
