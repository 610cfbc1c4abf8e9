// The events that received materials, with their cases.
// Parameters: $ids list of text (materials), $load integer
// Columns: material_id text, event_id text, case_id text
UNWIND $ids AS id
MATCH (m:Material {id: id})<-[r:RECEIVED]-(e:Event)
WHERE r.load <= $load AND (r.withdrawn IS NULL OR r.withdrawn > $load)
OPTIONAL MATCH (e)-[i:IN_CASE]->(k:Case)
WHERE i.load <= $load AND (i.withdrawn IS NULL OR i.withdrawn > $load)
RETURN DISTINCT m.id AS material_id, e.id AS event_id, k.id AS case_id
ORDER BY material_id, event_id, case_id
