// The standing organisations, a page by id.
// Parameters: $after text, $limit integer
// Columns: id text
MATCH (n:Organisation)
// The index orders ids by code point, as ORDER BY does; without it > would go by UTF-16 unit.
USING INDEX SEEK n:Organisation(id)
WHERE n.withdrawn IS NULL AND n.id > $after
RETURN n.id AS id
ORDER BY id
LIMIT $limit
