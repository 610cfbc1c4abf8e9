// The types of materials, as a load knew them.
// Parameters: $load integer
// Columns: id text
MATCH (t:MaterialType)
WHERE t.load <= $load AND (t.withdrawn IS NULL OR t.withdrawn > $load)
RETURN t.id AS id
ORDER BY id
