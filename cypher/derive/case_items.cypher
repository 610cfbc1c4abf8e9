// The items and first instants of standing cases.
// Parameters: $ids list of text (cases)
// Columns: id text, item_id text, accepted_at integer (epoch ms), opened_at integer (epoch ms)
UNWIND $ids AS id
MATCH (c:Case {id: id})
WHERE c.withdrawn IS NULL
RETURN c.id AS id, c.item_id AS item_id, c.accepted_at.epochMillis AS accepted_at, c.opened_at.epochMillis AS opened_at
ORDER BY id
