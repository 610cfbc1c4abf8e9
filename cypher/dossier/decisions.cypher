// The decisions about facts and materials.
// Parameters: $ids list of text (facts, materials), $load integer
// Columns: label text (Fact, Material), id text, decision_id text
// Order: by the columns, sorted once read
UNWIND $ids AS id
MATCH (n:Fact|Material {id: id})<-[r:DECIDES]-(d:Decision)
WHERE r.load <= $load AND (r.withdrawn IS NULL OR r.withdrawn > $load)
RETURN DISTINCT labels(n)[0] AS label, n.id AS id, d.id AS decision_id
