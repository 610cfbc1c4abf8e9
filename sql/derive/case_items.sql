-- The items and first instants of standing cases.
-- Parameters: $ids list of text (cases)
-- Columns: id text, item_id text, accepted_at integer (epoch ms), opened_at integer (epoch ms)
SELECT id, item_id, epoch_ms(accepted_at) AS accepted_at, epoch_ms(opened_at) AS opened_at
FROM "Case"
WHERE id IN (SELECT unnest($ids::VARCHAR[])) AND withdrawn IS NULL
ORDER BY id
