// The standing persons, a page by id.
// Parameters: $after text, $limit integer
// Columns: id text
MATCH (n:Person)
WHERE n.withdrawn IS NULL AND n.id > $after
RETURN n.id AS id
ORDER BY id
LIMIT $limit
