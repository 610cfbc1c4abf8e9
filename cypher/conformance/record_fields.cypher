// The fields that records state.
// Parameters: $ids list of text (materials), $load integer
// Columns: material_id text, fact_id text, field text, value text, number integer, unit text
// Order on Neo4j, once read: material_id, fact_id
UNWIND $ids AS id
WITH DISTINCT id
MATCH (m:Material {id: id})-[l:STATES]->(f:Fact)
WHERE l.load <= $load AND (l.withdrawn IS NULL OR l.withdrawn > $load)
    AND f.load <= $load AND (f.withdrawn IS NULL OR f.withdrawn > $load)
RETURN m.id AS material_id, f.id AS fact_id, f.field AS field, f.value AS value, f.number AS number, f.unit AS unit
