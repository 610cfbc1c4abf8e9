// The cases to which persons or organisations applied.
// Parameters: $ids list of text (persons or organisations), $load integer
// Columns: subject_id text, case_id text, role text
// Order: by the columns, sorted once read
UNWIND $ids AS id
MATCH (s:Person|Organisation {id: id})-[a:APPLIED]->(k:Case)
WHERE a.load <= $load AND (a.withdrawn IS NULL OR a.withdrawn > $load)
RETURN s.id AS subject_id, k.id AS case_id, a.role AS role
