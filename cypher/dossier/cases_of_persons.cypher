// Which of these cases persons applied to.
// Parameters: $ids list of text (cases), $load integer
// Columns: case_id text
// Order: by the columns, sorted once read
UNWIND $ids AS id
MATCH (k:Case {id: id})<-[a:APPLIED]-(:Person)
WHERE a.load <= $load AND (a.withdrawn IS NULL OR a.withdrawn > $load)
RETURN DISTINCT k.id AS case_id
