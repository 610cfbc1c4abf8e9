-- The titles and dates of the standing materials, a page by id.
-- Parameters: $after text, $limit integer
-- Columns: id text, title text, date text
SELECT id, title, "date"
FROM "Material"
WHERE withdrawn IS NULL AND id > $after
ORDER BY id
LIMIT $limit
