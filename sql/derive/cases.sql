-- The standing cases, a page by id, with what their derived values start from.
-- Parameters: $after text, $limit integer
-- Columns: id text, accepted_at integer (epoch ms)
SELECT id, epoch_ms(accepted_at) AS accepted_at
FROM "Case"
WHERE withdrawn IS NULL AND id > $after
ORDER BY id
LIMIT $limit
