// Which of some codes volumes have, and the places that are taken in them.
// Parameters: $codes list of text, $load integer
// Columns: volume_id text, code text, position integer
UNWIND $codes AS code
WITH DISTINCT code
MATCH (v:Volume {code: code})
WHERE v.load <= $load AND (v.withdrawn IS NULL OR v.withdrawn > $load)
OPTIONAL MATCH (v)<-[f:FILED_IN]-(:Material)
WHERE f.load <= $load AND (f.withdrawn IS NULL OR f.withdrawn > $load)
RETURN DISTINCT v.id AS volume_id, v.code AS code, f.position AS position
ORDER BY volume_id, position IS NULL, position
