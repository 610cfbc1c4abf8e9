// What events are linked to, as a load knew it: cases, actors, units, materials, objects, facts.
// Parameters: $ids list of text, $load integer
// Columns: type text, event_id text, to_label text, to_id text, role text, qualifier text, load integer
// Order: by the columns, sorted once read
UNWIND $ids AS id
WITH DISTINCT id
MATCH (e:Event {id: id})-[r:BY|IN_CASE|IN_UNIT|PRODUCED|RECEIVED|STATES|TOUCHED|USED]->(t)
WHERE r.load <= $load AND (r.withdrawn IS NULL OR r.withdrawn > $load)
RETURN
    type(r) AS type,
    e.id AS event_id,
    labels(t)[0] AS to_label,
    t.id AS to_id,
    r.role AS role,
    r.qualifier AS qualifier,
    r.load AS load
