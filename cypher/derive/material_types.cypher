// The standing types of materials with their names.
// Parameters: none
// Columns: id text, name text, synonyms text (JSON list)
MATCH (t:MaterialType)
WHERE t.withdrawn IS NULL
RETURN t.id AS id, t.name AS name, t.synonyms AS synonyms
ORDER BY id
