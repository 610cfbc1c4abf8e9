// All persons that decisions have found to be the same.
// Parameters: $load integer
// Columns: from_id text, to_id text
MATCH (a:Person)-[s:SAME_AS]->(b:Person)
WHERE s.load <= $load AND (s.withdrawn IS NULL OR s.withdrawn > $load)
RETURN DISTINCT a.id AS from_id, b.id AS to_id
ORDER BY from_id, to_id
