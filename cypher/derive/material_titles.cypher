// The titles and dates of the standing materials, a page by id.
// Parameters: $after text, $limit integer
// Columns: id text, title text, date text
MATCH (m:Material)
// The index orders ids by code point, as ORDER BY does; without it > would go by UTF-16 unit.
USING INDEX SEEK m:Material(id)
WHERE m.withdrawn IS NULL AND m.id > $after
RETURN m.id AS id, m.title AS title, m.date AS date
ORDER BY id
LIMIT $limit
