// The standing cases, a page by id, with what their derived values start from.
// Parameters: $after text (id of the case at which the page before ended, '' for the first), $limit integer
// Columns: id text, accepted_at integer (epoch ms)
MATCH (c:Case)
// The index orders ids by code point, as ORDER BY does; without it > would go by UTF-16 unit.
USING INDEX SEEK c:Case(id)
WHERE c.withdrawn IS NULL AND c.id > $after
RETURN c.id AS id, c.accepted_at.epochMillis AS accepted_at
ORDER BY id
LIMIT $limit
