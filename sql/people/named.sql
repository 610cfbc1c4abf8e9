-- Actors that a text names, by id or name.
-- Parameters: $text text
-- Columns: id text
SELECT id
FROM "Actor"
WHERE id = $text OR name = $text
ORDER BY id
