// Persons and organisations that events touched.
// Parameters: $ids list of text (events), $load integer
// Columns: event_id text, label text, id text
UNWIND $ids AS id
WITH DISTINCT id
MATCH (e:Event {id: id})-[r:TOUCHED]->(t:Person|Organisation)
WHERE r.load <= $load AND (r.withdrawn IS NULL OR r.withdrawn > $load)
RETURN DISTINCT startNode(r).id AS event_id, labels(t)[0] AS label, t.id AS id
ORDER BY event_id, label, id
