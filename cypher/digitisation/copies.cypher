// The records that are said to digitise some records.
// Parameters: $ids list of text (materials), $load integer
// Columns: material_id text, copy_id text
UNWIND $ids AS id
WITH DISTINCT id
MATCH (m:Material {id: id})<-[d:DIGITISES]-(c:Material)
WHERE d.load <= $load AND (d.withdrawn IS NULL OR d.withdrawn > $load)
RETURN DISTINCT m.id AS material_id, c.id AS copy_id
ORDER BY material_id, copy_id
