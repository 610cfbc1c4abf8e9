// The events of several cases as a load knew them, without order.
// Parameters: $ids list of text (cases), $load integer
// Columns: case_id text, event_id text, sort_at integer (epoch ms), seq integer
UNWIND $ids AS id
WITH DISTINCT id
MATCH (:Case {id: id})<-[i:IN_CASE]-(e:Event)
WHERE i.load <= $load AND (i.withdrawn IS NULL OR i.withdrawn > $load)
// endNode(i) is read from the store; the id of the case would be the parameter's text, which sorts by UTF-16 unit.
RETURN endNode(i).id AS case_id, e.id AS event_id, i.sort_at.epochMillis AS sort_at, i.seq AS seq
ORDER BY case_id, event_id, sort_at, seq
