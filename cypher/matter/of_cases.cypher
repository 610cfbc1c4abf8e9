// The matters (联办) of which cases are part.
// Parameters: $ids list of text (cases), $load integer
// Columns: case_id text, matter_id text
// Order: by the columns, sorted once read
UNWIND $ids AS id
WITH DISTINCT id
MATCH (k:Case {id: id})-[p:PART_OF]->(m:Matter)
WHERE p.load <= $load AND (p.withdrawn IS NULL OR p.withdrawn > $load)
RETURN k.id AS case_id, m.id AS matter_id
