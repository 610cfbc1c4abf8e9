// The materials that events used, produced or touched.
// Parameters: $ids list of text (events), $load integer
// Columns: type text, event_id text, material_id text
// Order: by the columns, sorted once read
UNWIND $ids AS id
MATCH (e:Event {id: id})-[r:PRODUCED|TOUCHED|USED]->(m:Material)
WHERE r.load <= $load AND (r.withdrawn IS NULL OR r.withdrawn > $load)
RETURN type(r) AS type, e.id AS event_id, m.id AS material_id
