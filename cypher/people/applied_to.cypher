// The persons and organisations that applied to cases, as a load knew it.
// Parameters: $ids list of text (cases), $load integer
// Columns: case_id text, label text, subject_id text, role text
UNWIND $ids AS id
WITH DISTINCT id
MATCH (c:Case {id: id})<-[r:APPLIED]-(s:Person|Organisation)
WHERE r.load <= $load AND (r.withdrawn IS NULL OR r.withdrawn > $load)
RETURN endNode(r).id AS case_id, labels(s)[0] AS label, s.id AS subject_id, r.role AS role
ORDER BY case_id, label, subject_id, role
