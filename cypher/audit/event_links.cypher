// What events are linked to, as a load knew it: cases, actors, units, materials, objects, facts.
// Parameters: $ids list of text, $load integer
// Columns: type text, event_id text, to_label text, to_id text, role text, qualifier text, load integer
UNWIND $ids AS id
WITH DISTINCT id
MATCH (e:Event {id: id})-[r:BY|IN_CASE|IN_UNIT|PRODUCED|RECEIVED|STATES|TOUCHED|USED]->(t)
WHERE r.load <= $load AND (r.withdrawn IS NULL OR r.withdrawn > $load)
// startNode(r) is read from the store; the id of e would be the parameter's text, which sorts by UTF-16 unit.
RETURN
    type(r) AS type,
    startNode(r).id AS event_id,
    labels(t)[0] AS to_label,
    t.id AS to_id,
    r.role AS role,
    r.qualifier AS qualifier,
    r.load AS load
ORDER BY type, event_id, to_label, to_id, role, qualifier, load
