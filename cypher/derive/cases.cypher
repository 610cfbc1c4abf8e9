// The standing cases, a page by id, with what their derived values start from.
// Parameters: $after text, $limit integer
// Columns: id text, accepted_at integer (epoch ms)
MATCH (c:Case)
WHERE c.withdrawn IS NULL AND c.id > $after
RETURN c.id AS id, c.accepted_at.epochMillis AS accepted_at
ORDER BY id
LIMIT $limit
