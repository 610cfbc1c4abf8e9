-- The standing organisations, a page by id.
-- Parameters: $after text, $limit integer
-- Columns: id text
SELECT id
FROM "Organisation"
WHERE withdrawn IS NULL AND id > $after
ORDER BY id
LIMIT $limit
