// The persons that a decision has found to be the same, one step away.
// Parameters: $ids list of text (persons), $load integer
// Columns: from_id text, to_id text
// Order: by the columns, sorted once read
UNWIND $ids AS id
MATCH (p:Person {id: id})-[s:SAME_AS]-(:Person)
WHERE s.load <= $load AND (s.withdrawn IS NULL OR s.withdrawn > $load)
RETURN DISTINCT startNode(s).id AS from_id, endNode(s).id AS to_id
