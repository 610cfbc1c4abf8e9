// The events of several cases as a load knew them, without order.
// Parameters: $ids list of text (cases), $load integer
// Columns: case_id text, event_id text, sort_at integer (epoch ms), seq integer
// Order: by the columns, sorted once read
UNWIND $ids AS id
WITH DISTINCT id
MATCH (k:Case {id: id})<-[i:IN_CASE]-(e:Event)
WHERE i.load <= $load AND (i.withdrawn IS NULL OR i.withdrawn > $load)
RETURN k.id AS case_id, e.id AS event_id, i.sort_at.epochMillis AS sort_at, i.seq AS seq
