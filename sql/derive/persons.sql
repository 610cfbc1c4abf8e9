-- The standing persons, a page by id.
-- Parameters: $after text, $limit integer
-- Columns: id text
SELECT id
FROM "Person"
WHERE withdrawn IS NULL AND id > $after
ORDER BY id
LIMIT $limit
