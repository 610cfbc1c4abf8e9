// The records in some volumes, in the order of their places.
// Parameters: $ids list of text (volumes), $load integer
// Columns: volume_id text, position integer, material_id text
UNWIND $ids AS id
WITH DISTINCT id
MATCH (v:Volume {id: id})<-[f:FILED_IN]-(m:Material)
WHERE f.load <= $load AND (f.withdrawn IS NULL OR f.withdrawn > $load)
RETURN v.id AS volume_id, f.position AS position, m.id AS material_id
ORDER BY volume_id, position IS NULL, position, material_id
