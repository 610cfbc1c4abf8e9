// Who applied to cases.
// Parameters: $ids list of text (cases), $load integer
// Columns: case_id text, label text (Person, Organisation), subject_id text, role text
UNWIND $ids AS id
WITH DISTINCT id
MATCH (s:Person|Organisation)-[a:APPLIED]->(:Case {id: id})
WHERE a.load <= $load AND (a.withdrawn IS NULL OR a.withdrawn > $load)
// endNode(a) is read from the store; the id of the case would be the parameter's text, which sorts by UTF-16 unit.
RETURN endNode(a).id AS case_id, labels(s)[0] AS label, s.id AS subject_id, a.role AS role
ORDER BY case_id, label, subject_id, role
