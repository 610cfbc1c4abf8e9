// The cases that are part of matters (联办).
// Parameters: $ids list of text (matters), $load integer
// Columns: matter_id text, case_id text
UNWIND $ids AS id
WITH DISTINCT id
MATCH (m:Matter {id: id})<-[p:PART_OF]-(k:Case)
WHERE p.load <= $load AND (p.withdrawn IS NULL OR p.withdrawn > $load)
// The ids are read from the store, which sorts them by code point, and not from the parameter.
RETURN endNode(p).id AS matter_id, k.id AS case_id
ORDER BY matter_id, case_id
