// Actors that a text names, by id or name.
// Parameters: $text text
// Columns: id text
MATCH (a:Actor)
WHERE a.id = $text OR a.name = $text
RETURN a.id AS id
ORDER BY id
