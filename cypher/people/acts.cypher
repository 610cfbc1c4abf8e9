// The events that actors did, as a load knew it.
// Parameters: $ids list of text (actors), $load integer
// Columns: actor_id text, event_id text, role text, qualifier text
UNWIND $ids AS id
WITH DISTINCT id
MATCH (a:Actor {id: id})<-[b:BY]-(e:Event)
WHERE b.load <= $load AND (b.withdrawn IS NULL OR b.withdrawn > $load)
// endNode(b) is read from the store; the id of a would be the parameter, which sorts by UTF-16 unit.
RETURN endNode(b).id AS actor_id, e.id AS event_id, b.role AS role, b.qualifier AS qualifier
ORDER BY actor_id, event_id, role, qualifier
