// The events that received materials.
// Parameters: $ids list of text (materials), $load integer
// Columns: material_id text, event_id text
// Order: by the columns, sorted once read
UNWIND $ids AS id
MATCH (m:Material {id: id})<-[r:RECEIVED]-(e:Event)
WHERE r.load <= $load AND (r.withdrawn IS NULL OR r.withdrawn > $load)
RETURN m.id AS material_id, e.id AS event_id
