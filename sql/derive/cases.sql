-- The standing cases, a page by id, with what their derived values start from.
-- Parameters: $after text (id of the case at which the page before ended, '' for the first), $limit integer
-- Columns: id text, accepted_at integer (epoch ms)
SELECT id, epoch_ms(accepted_at) AS accepted_at
FROM "Case"
WHERE withdrawn IS NULL AND id > $after
ORDER BY id
LIMIT $limit
