// The events of a case as a load knew them, without order.
// Parameters: $id text, $load integer
// Columns: event_id text, sort_at integer (epoch ms), seq integer, qualifier text, load integer
MATCH (c:Case {id: $id})<-[i:IN_CASE]-(e:Event)
WHERE i.load <= $load AND (i.withdrawn IS NULL OR i.withdrawn > $load)
RETURN e.id AS event_id, i.sort_at.epochMillis AS sort_at, i.seq AS seq, i.qualifier AS qualifier, i.load AS load
ORDER BY event_id, load
