// The facts that materials state.
// Parameters: $ids list of text (materials), $load integer
// Columns: material_id text, fact_id text
UNWIND $ids AS id
MATCH (m:Material {id: id})-[r:STATES]->(f:Fact)
WHERE r.load <= $load AND (r.withdrawn IS NULL OR r.withdrawn > $load)
RETURN m.id AS material_id, f.id AS fact_id
ORDER BY material_id, fact_id
