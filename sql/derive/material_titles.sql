-- The titles of the standing materials, a page by id.
-- Parameters: $after text, $limit integer
-- Columns: id text, title text
SELECT id, title
FROM "Material"
WHERE withdrawn IS NULL AND id > $after
ORDER BY id
LIMIT $limit
